#include "bench/common/requests.hpp"

namespace rota::bench {

namespace {

constexpr std::size_t tenant_digits = 6;

/// An object whose text is payload_bytes long.
std::string payload() {
  const std::string head = R"({"data":")";
  const std::string tail = R"("})";
  return head + std::string(payload_bytes - head.size() - tail.size(), 'x') + tail;
}

} // namespace

push_request::push_request(const std::string& type, std::size_t jobs) {
  const std::string data = payload();
  text_ = R"({"jsonrpc":"2.0","id":1,"method":"job.push","params":{"jobs":[)";
  for (std::size_t job = 0; job < jobs; ++job) {
    text_ += R"({"type":")" + type + R"(","tenant":"t)";
    places_.push_back(text_.size());
    text_ += std::string(tenant_digits, '0') + R"(","payload":)" + data + "},";
  }
  text_.back() = ']';
  text_ += "}}\n";
}

void push_request::write_tenant(std::size_t place, std::uint32_t tenant) {
  for (std::size_t digit = tenant_digits; digit-- > 0; tenant /= 10) {
    text_[places_[place] + digit] = static_cast<char>('0' + tenant % 10);
  }
}

std::string_view push_request::for_tenant(std::uint32_t tenant) {
  for (std::size_t place = 0; place < places_.size(); ++place) {
    write_tenant(place, tenant);
  }
  return text_;
}

std::string_view push_request::for_tenants_from(std::uint32_t first, std::uint32_t tenants) {
  for (std::size_t place = 0; place < places_.size(); ++place) {
    write_tenant(place, (first + static_cast<std::uint32_t>(place)) % tenants);
  }
  return text_;
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

} // namespace rota::bench
