#pragma once

#include "bench/common/tenant_text.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rota::bench {

/// Bytes of JSON in the payload of each job that the bench pushes.
constexpr std::size_t payload_bytes = 256;

/// What the payloads of a bench are.
enum class payload_kind : std::uint8_t {
  same,  ///< The same in each job: cheapest for the client.
  noisy, ///< Another in each job, so that nothing is gained by compressing them.
};

/// A request job.push that is written once; only the tenants' names are changed in its text.
class push_request {
public:
  /// `jobs` jobs of `type`, each with a payload of 256 bytes.
  push_request(const std::string& type, std::size_t jobs,
               payload_kind payloads = payload_kind::same);

  /// All jobs for one tenant. The text, with its line end, is valid until the next call.
  std::string_view for_tenant(std::uint32_t tenant) { return text_.for_tenant(tenant); }
  /// The jobs go to `first`, `first` + 1 and so on, modulo `tenants`.
  std::string_view for_tenants_from(std::uint32_t first, std::uint32_t tenants);

  [[nodiscard]] std::size_t jobs() const { return text_.places(); }

private:
  tenant_text text_;
};

/// The request job.pop for one type, with its line end.
[[nodiscard]] std::string pop_request(const std::string& type, std::size_t leases,
                                      std::size_t max_jobs);

/// Any request, with its line end; `params` is JSON text.
[[nodiscard]] std::string request(std::string_view method, std::string_view params);

} // namespace rota::bench
