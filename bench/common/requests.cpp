#include "bench/common/requests.hpp"

namespace rota::bench {

namespace {

/// An object whose text is payload_bytes long.
void append_payload(tenant_text& text, payload_kind kind) {
  constexpr std::string_view head = R"({"data":")";
  constexpr std::string_view tail = R"("})";
  constexpr auto size = payload_bytes - head.size() - tail.size();
  text.append(head);
  if (kind == payload_kind::noisy) {
    text.append_noise(size);
  } else {
    text.append(std::string(size, 'x'));
  }
  text.append(tail);
}

} // namespace

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
  for (std::size_t place = 0; place < text_.places(); ++place) {
    text_.set(place, (first + static_cast<std::uint32_t>(place)) % tenants);
  }
  return text_.text();
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
