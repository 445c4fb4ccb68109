#include "bench/common/messages.hpp"

#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>

namespace rota::bench {

namespace {

constexpr std::size_t pool_size = 128 * 1024;
constexpr std::size_t noise_bytes_max = 4096;

std::string make_pool() {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::string pool;
  std::uint64_t state = 1;
  while (pool.size() < pool_size + noise_bytes_max) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    pool += letters[(state >> 33U) % letters.size()];
  }
  return pool;
}

/// Appends an object of payload_bytes.
void append_payload(tenant_text& text, payload_kind kind) {
  constexpr std::string_view head = R"({"data":")";
  constexpr std::string_view tail = R"("})";
  constexpr auto size = payload_bytes - head.size() - tail.size();
  text.append(head);
  if (kind == payload_kind::noisy)
    text.append_noise(size);
  else
    text.append(std::string(size, 'x'));
  text.append(tail);
}

constexpr std::string_view lease_member = "\"lease\":\"";

/// On JSON, where quotes are everywhere, memmem is several times faster than
/// std::string_view::find.
std::size_t find(std::string_view text, std::string_view what, std::size_t from) {
  if (from >= text.size())
    return std::string_view::npos;
  const void* place = memmem(text.data() + from, text.size() - from, what.data(), what.size());
  return place == nullptr ? std::string_view::npos
                          : static_cast<std::size_t>(static_cast<const char*>(place) - text.data());
}

} // namespace

std::string_view noise::next(std::size_t size) {
  static const std::string pool = make_pool();
  const auto text = std::string_view(pool).substr(offset_, size);
  offset_ = (offset_ + size) % pool_size;
  return text;
}

std::uint32_t read_tenant(std::string_view text) {
  std::uint32_t tenant = 0;
  for (const char digit : text.substr(0, tenant_digits))
    tenant = tenant * 10 + static_cast<std::uint32_t>(digit - '0');
  return tenant;
}

tenant_text& tenant_text::append(std::string_view text) {
  text_.append(text);
  return *this;
}

tenant_text& tenant_text::append_tenant() {
  places_.push_back(text_.size());
  text_.append(tenant_digits, '0');
  return *this;
}

tenant_text& tenant_text::append_noise(std::size_t size) {
  noisy_parts_.push_back({text_.size(), size});
  text_.append(noise_.next(size));
  return *this;
}

void tenant_text::set(std::size_t place, std::uint32_t tenant) {
  for (std::size_t digit = tenant_digits; digit-- > 0; tenant /= 10)
    text_[places_[place] + digit] = static_cast<char>('0' + tenant % 10);
}

std::string_view tenant_text::for_tenant(std::uint32_t tenant) {
  for (std::size_t place = 0; place < places_.size(); ++place)
    set(place, tenant);
  for (const auto& part : noisy_parts_)
    noise_.next(part.size).copy(text_.data() + part.begin, part.size);
  return text_;
}

push_request::push_request(const std::string& type, std::size_t jobs, payload_kind payloads) {
  text_.append(R"({"jsonrpc":"2.0","id":1,"method":"job.push","params":{"jobs":[)");
  for (std::size_t job = 0; job < jobs; ++job) {
    text_.append(R"({"type":")").append(type).append(R"(","tenant":"t)").append_tenant();
    text_.append(R"(","payload":)");
    append_payload(text_, payloads);
    text_.append("},");
  }
  text_.replace_last(']');
  text_.append("}}\n");
}

std::string_view push_request::for_tenants_from(std::uint32_t first, std::uint32_t tenants) {
  for (std::size_t place = 0; place < text_.places(); ++place)
    text_.set(place, (first + static_cast<std::uint32_t>(place)) % tenants);
  return text_.text();
}

std::string type_for(lease_form leases, std::size_t jobs) {
  return leases == lease_form::batches ? "batch-" + std::to_string(jobs) : "single";
}

std::string pop_request(const std::string& type, lease_form leases, std::size_t jobs) {
  return leases == lease_form::batches ? pop_request(type, 1, jobs) : pop_request(type, jobs, 1);
}

std::string pop_request(const std::string& type, std::size_t leases, std::size_t max_jobs) {
  return request("job.pop", R"({"worker":"bench","types":[")" + type + R"("],"leases":)" +
                                std::to_string(leases) + R"(,"max_jobs":)" +
                                std::to_string(max_jobs) + "}");
}

std::string request(std::string_view method, std::string_view params) {
  std::string text = R"({"jsonrpc":"2.0","id":2,"method":")";
  text.append(method).append(R"(","params":)").append(params).append("}\n");
  return text;
}

void require_result(std::string_view answer) {
  if (find(answer.substr(0, 80), "\"result\":", 0) == std::string_view::npos &&
      find(answer, "\"error\":", 0) != std::string_view::npos)
    throw std::runtime_error("the daemon refused a request: " + std::string(answer.substr(0, 500)));
}

std::size_t occurrences(std::string_view answer, std::string_view text) {
  std::size_t count = 0;
  for (auto at = find(answer, text, 0); at != std::string_view::npos;
       at = find(answer, text, at + text.size()))
    ++count;
  return count;
}

std::size_t popped_jobs(std::string_view answer) { return occurrences(answer, "\"attempt\":"); }

void find_leases(std::string_view answer, std::vector<std::string_view>& ids) {
  ids.clear();
  for (auto at = find(answer, lease_member, 0); at != std::string_view::npos;
       at = find(answer, lease_member, at)) {
    at += lease_member.size();
    const auto end = answer.find('"', at);
    if (end == std::string_view::npos)
      throw std::runtime_error("an answer ends inside a lease's id");
    ids.push_back(answer.substr(at, end - at));
    at = end;
  }
}

std::string_view text_member(std::string_view answer, std::string_view name, std::size_t& from) {
  std::string member = "\"";
  member.append(name).append("\":\"");
  const auto at = find(answer, member, from);
  if (at == std::string_view::npos)
    return {};
  const auto begin = at + member.size();
  const auto end = answer.find('"', begin);
  if (end == std::string_view::npos)
    return {};
  from = end;
  return answer.substr(begin, end - begin);
}

void write_completion(std::string& out, const std::vector<std::string_view>& leases) {
  out.assign(R"({"jsonrpc":"2.0","id":3,"method":"job.complete","params":{"results":[)");
  for (const auto& lease : leases)
    out.append(R"({"lease":")").append(lease).append(R"(","outcome":"succeeded"},)");
  out.back() = ']';
  out.append("}}\n");
}

} // namespace rota::bench
