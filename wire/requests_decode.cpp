#include "wire/requests_decode.hpp"

#include "json/write.hpp"
#include "wire/time_text.hpp"

namespace rota::protocol {

void param::append_pointer(std::string& out) const {
  if (parent_ == nullptr)
    return;
  parent_->append_pointer(out);
  out += '/';
  out += name_.data() == nullptr ? std::to_string(index_) : escape_pointer_token(name_);
}

bool param::refuse(std::string_view reason) const {
  if (!flaw_) {
    flaw_.emplace();
    append_pointer(flaw_->path);
    flaw_->reason = reason;
  }
  return false;
}

bool refuse_word(const param& p, std::span<const std::string_view> words) {
  std::string reason{"must be one of"};
  std::string_view between = " ";
  for (const auto word : words)
    reason.append(std::exchange(between, ", ")).append(word);
  return p.refuse(reason);
}

bool read_state(const param& p, engine::job_state& into) {
  std::string scratch;
  const auto state = engine::job_state_from(p.value().as_string(scratch));
  into = state.value_or(engine::job_state::ready);
  return state.has_value() || refuse_word(p, engine::job_state_words);
}

decoded<no_params> decode_nothing(json_value params) {
  for (const auto& [name, value] : params.as_object()) {
    std::optional<params_flaw> flaw;
    param{params, flaw}.member(name, value).refuse("is not known");
    return *std::move(flaw);
  }
  return no_params{};
}

bool is_name(std::string_view text) {
  if (text.empty() || text.size() > name_bytes_max)
    return false;
  unsigned char before = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool c1 = before == 0xC2 && byte < 0xA0; // U+0080 to U+009F.
    if (byte < 0x20 || byte == 0x7F || c1)
      return false;
    before = byte;
  }
  return true;
}

bool read_name(const param& p, std::string& into) {
  if (!read_text(p, into))
    return false;
  return is_name(into) || p.refuse("must be 1 to 200 bytes without control characters");
}

bool read_text(const param& p, std::string& into) {
  if (!p.value().is_string())
    return p.refuse("must be a string");
  std::string scratch;
  const auto text = p.value().as_string(scratch);
  if (text.data() == scratch.data())
    into = std::move(scratch);
  else
    into.assign(text);
  return true;
}

bool read_boolean(const param& p, bool& into) {
  const auto truth = p.value().as_bool();
  if (!truth)
    return p.refuse("must be true or false");
  into = *truth;
  return true;
}

bool read_json(const param& p, std::string& into) {
  into.assign(p.value().raw());
  return true;
}

bool read_time(const param& p, std::int64_t& us) {
  std::string scratch;
  const auto time = p.value().is_string() ? parse_time(p.value().as_string(scratch)) : std::nullopt;
  if (!time)
    return p.refuse("must be a time like 2026-11-21T22:57:50.123Z");
  us = *time;
  return true;
}

bool read_number(const param& p, double& into) {
  if (!p.value().is_number())
    return p.refuse("must be a number");
  const auto number = p.value().as_double();
  if (!number)
    return p.refuse("must be a number that a double can hold");
  into = *number;
  return true;
}

bool read_integer(const param& p, integer_range allowed, std::int64_t& into) {
  const auto number = p.value().as_int64();
  if (number && *number >= allowed.least && *number <= allowed.most) {
    into = *number;
    return true;
  }
  return p.refuse("must be an integer from " + std::to_string(allowed.least) + " to " +
                  std::to_string(allowed.most));
}

bool read_duration(const param& p, integer_range allowed_ms, engine::milliseconds& into) {
  std::int64_t ms = 0;
  if (!read_integer(p, allowed_ms, ms))
    return false;
  into = engine::milliseconds{ms};
  return true;
}

} // namespace rota::protocol
