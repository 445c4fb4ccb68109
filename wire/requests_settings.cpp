#include "wire/requests_settings.hpp"

#include "wire/requests_options.hpp"

namespace rota::protocol {
namespace {

using engine::change;

/// A member of a put: null, or a value that `read` reads.
template <class T, class Read>
bool read_change(const param& p, change<T>& into, Read read) {
  auto& value = into.emplace();
  return p.value().is_null() || read(p, value.emplace());
}

bool integer(const param& p, change<std::int64_t>& into) {
  return read_change(p, into, [](const param& value, std::int64_t& number) {
    const auto read = value.value().as_int64();
    number = read.value_or(0);
    return read.has_value() || value.refuse("must be an integer");
  });
}

bool number(const param& p, change<double>& into) { return read_change(p, into, read_number); }

bool boolean(const param& p, change<bool>& into) { return read_change(p, into, read_boolean); }

bool text(const param& p, change<std::string>& into) {
  return read_change(p, into,
                     [](const param& value, std::string& to) { return read_text(value, to); });
}

template <class T, std::size_t N>
bool object(const param& p, const member<T> (&rules)[N], change<T>& into) {
  return read_change(p, into,
                     [&](const param& value, T& to) { return read_object(value, rules, to); });
}

template <class T, std::size_t N>
bool word(const param& p, const std::pair<std::string_view, T> (&words)[N], change<T>& into) {
  return read_change(p, into,
                     [&](const param& value, T& to) { return read_word(value, words, to); });
}

// -- parts ----------------------------------------------------------------------------------------

using engine::batch_patch;
using engine::poll_patch;
using engine::rate_patch;
using engine::retry_patch;

constexpr member<retry_patch> retry_members[] = {
    {"max_attempts", optional,
     [](const param& p, retry_patch& r) { return integer(p, r.max_attempts); }},
    {"base_ms", optional, [](const param& p, retry_patch& r) { return integer(p, r.base_ms); }},
    {"max_ms", optional, [](const param& p, retry_patch& r) { return integer(p, r.max_ms); }},
    {"jitter", optional, [](const param& p, retry_patch& r) { return boolean(p, r.jitter); }},
};

constexpr member<rate_patch> rate_members[] = {
    {"per_second", optional, [](const param& p, rate_patch& r) { return number(p, r.per_second); }},
    {"burst", optional, [](const param& p, rate_patch& r) { return number(p, r.burst); }},
};

constexpr member<batch_patch> batch_members[] = {
    {"max_size", optional, [](const param& p, batch_patch& b) { return integer(p, b.max_size); }},
    {"linger_ms", optional, [](const param& p, batch_patch& b) { return integer(p, b.linger_ms); }},
    {"key", optional, [](const param& p, batch_patch& b) { return text(p, b.key); }},
};

constexpr member<poll_patch> poll_members[] = {
    {"min_ms", optional, [](const param& p, poll_patch& l) { return integer(p, l.min_ms); }},
    {"max_ms", optional, [](const param& p, poll_patch& l) { return integer(p, l.max_ms); }},
    {"factor", optional, [](const param& p, poll_patch& l) { return number(p, l.factor); }},
    {"max_polls", optional, [](const param& p, poll_patch& l) { return integer(p, l.max_polls); }},
    {"deadline_ms", optional,
     [](const param& p, poll_patch& l) { return integer(p, l.deadline_ms); }},
};

constexpr std::pair<std::string_view, engine::dedup_policy> dedup_words[] = {
    {"return", engine::dedup_policy::answer_first},
    {"replace", engine::dedup_policy::replace},
};

constexpr std::pair<std::string_view, engine::cost_unit> cost_words[] = {
    {"declared", engine::cost_unit::declared},
    {"runtime", engine::cost_unit::runtime},
};

// -- whole settings -------------------------------------------------------------------------------

using put_type = put_request<engine::type_patch>;
using put_tenant = put_request<engine::tenant_patch>;
using put_pool = put_request<engine::pool_patch>;
using put_key = put_request<engine::key_patch>;
using put_executor = put_request<engine::executor_patch>;

constexpr member<put_type> type_members[] = {
    {"name", required, [](const param& p, put_type& t) { return read_name(p, t.name); }},
    {"retry", optional,
     [](const param& p, put_type& t) { return object(p, retry_members, t.patch.retry); }},
    {"max_crashes", optional,
     [](const param& p, put_type& t) { return integer(p, t.patch.max_crashes); }},
    {"lease_ms", optional,
     [](const param& p, put_type& t) { return integer(p, t.patch.lease_ms); }},
    {"timeout_ms", optional,
     [](const param& p, put_type& t) { return integer(p, t.patch.timeout_ms); }},
    {"max_running", optional,
     [](const param& p, put_type& t) { return integer(p, t.patch.max_running); }},
    {"max_running_per_tenant", optional,
     [](const param& p, put_type& t) { return integer(p, t.patch.max_running_per_tenant); }},
    {"rate", optional,
     [](const param& p, put_type& t) { return object(p, rate_members, t.patch.rate); }},
    {"batch", optional,
     [](const param& p, put_type& t) { return object(p, batch_members, t.patch.batch); }},
    {"poll", optional,
     [](const param& p, put_type& t) { return object(p, poll_members, t.patch.poll); }},
    {"dedup", optional,
     [](const param& p, put_type& t) { return word(p, dedup_words, t.patch.dedup); }},
    {"dedup_ms", optional,
     [](const param& p, put_type& t) { return integer(p, t.patch.dedup_ms); }},
    {"age_ms", optional, [](const param& p, put_type& t) { return integer(p, t.patch.age_ms); }},
    {"executor", optional,
     [](const param& p, put_type& t) {
       return read_change(p, t.patch.executor, read_executor_choice);
     }},
    {"paused", optional, [](const param& p, put_type& t) { return boolean(p, t.patch.paused); }},
};

constexpr member<put_tenant> tenant_members[] = {
    {"name", required, [](const param& p, put_tenant& t) { return read_name(p, t.name); }},
    {"weight", optional, [](const param& p, put_tenant& t) { return number(p, t.patch.weight); }},
    {"max_running", optional,
     [](const param& p, put_tenant& t) { return integer(p, t.patch.max_running); }},
    {"max_queued", optional,
     [](const param& p, put_tenant& t) { return integer(p, t.patch.max_queued); }},
    {"paused", optional, [](const param& p, put_tenant& t) { return boolean(p, t.patch.paused); }},
};

constexpr member<put_pool> pool_members[] = {
    {"name", optional, [](const param& p, put_pool& r) { return read_name(p, r.name); }},
    {"slots", optional, [](const param& p, put_pool& r) { return number(p, r.patch.slots); }},
    {"cost", optional,
     [](const param& p, put_pool& r) { return word(p, cost_words, r.patch.cost); }},
    {"reserve_after_ms", optional,
     [](const param& p, put_pool& r) { return integer(p, r.patch.reserve_after_ms); }},
};

constexpr member<put_key> key_members[] = {
    {"key", required, [](const param& p, put_key& k) { return read_name(p, k.name); }},
    {"max_running", optional,
     [](const param& p, put_key& k) { return integer(p, k.patch.max_running); }},
    {"rate", optional,
     [](const param& p, put_key& k) { return object(p, rate_members, k.patch.rate); }},
};

constexpr member<named_request> named_members[] = {
    {"name", required, [](const param& p, named_request& r) { return read_name(p, r.name); }},
};

constexpr member<named_request> delete_key_members[] = {
    {"key", required, [](const param& p, named_request& r) { return read_name(p, r.name); }},
};

constexpr member<page_request> page_members[] = {
    {"limit", optional,
     [](const param& p, page_request& r) { return read_integer(p, page_limit, r.limit); }},
    {"cursor", optional, [](const param& p, page_request& r) { return read_text(p, r.cursor); }},
};

/// An executor's attempts are kept in a folder of its name.
bool is_folder_name(std::string_view name) {
  constexpr std::string_view letters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
  return !name.starts_with('.') && name.find_first_not_of(letters) == std::string_view::npos;
}

} // namespace

decoded<put_type> decode_put_type(json_value params) { return decode(params, type_members); }

decoded<put_tenant> decode_put_tenant(json_value params) { return decode(params, tenant_members); }

decoded<put_pool> decode_put_pool(json_value params) {
  auto request = decode(params, pool_members);
  if (request && request->name.empty())
    request->name = engine::default_pool;
  return request;
}

decoded<put_key> decode_put_key(json_value params) { return decode(params, key_members); }

decoded<put_executor> decode_put_executor(json_value params) {
  std::optional<params_flaw> flaw;
  const param whole{params, flaw};
  put_executor request;
  if (!read_executor(whole, request.patch))
    return *std::move(flaw);
  const auto name = params.as_object().find("name");
  const auto where = whole.member("name", name.value_or(json_value{}));
  if (!(name ? read_name(where, request.name) : where.refuse("is required")))
    return *std::move(flaw);
  if (!is_folder_name(request.name)) {
    where.refuse("must be letters, digits, '-', '_' and '.', and not begin with '.'");
    return *std::move(flaw);
  }
  return request;
}

decoded<named_request> decode_named(json_value params) { return decode(params, named_members); }

decoded<named_request> decode_delete_key(json_value params) {
  return decode(params, delete_key_members);
}

decoded<page_request> decode_page(json_value params) { return decode(params, page_members); }

} // namespace rota::protocol
