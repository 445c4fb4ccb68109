// The requests that a bench sends to the daemon, and functions that read the answers. Requests are
// written once and patched, answers are searched and not parsed, so that the client stays cheap.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rota::bench {

/// Random letters and digits, at most 4096 of them. They differ between calls for hundreds of calls
/// and are the same in each run. They compress no better than payloads do in the worst case.
class noise {
public:
  [[nodiscard]] std::string_view next(std::size_t size);

private:
  std::size_t offset_ = 0;
};

/// Digits in the number of a tenant in all benches: t000000 to t999999.
constexpr std::size_t tenant_digits = 6;

/// Reads the number at the start of a text, in the format of tenant_digits.
[[nodiscard]] std::uint32_t read_tenant(std::string_view text);

/// A text that is written once and in which only tenant numbers and noise change.
class tenant_text {
public:
  tenant_text& append(std::string_view text);
  /// Appends the number of a tenant, zeros until it is set.
  tenant_text& append_tenant();
  /// Appends `size` characters of noise, which change with each call of for_tenant().
  tenant_text& append_noise(std::size_t size);
  /// Replaces the last character.
  void replace_last(char with) { text_.back() = with; }

  [[nodiscard]] std::size_t places() const { return places_.size(); }
  [[nodiscard]] std::string_view text() const { return text_; }

  void set(std::size_t place, std::uint32_t tenant);
  /// Sets the same tenant everywhere. The text is valid until the next change and is followed by a
  /// zero byte.
  std::string_view for_tenant(std::uint32_t tenant);

private:
  std::string text_;
  struct noisy_part {
    std::size_t begin = 0;
    std::size_t size = 0;
  };
  std::vector<std::size_t> places_; // Positions of the numbers.
  std::vector<noisy_part> noisy_parts_;
  noise noise_;
};

/// Bytes of JSON in the payload of each job that a bench pushes.
constexpr std::size_t payload_bytes = 256;

/// The kind of payloads in a bench.
enum class payload_kind : std::uint8_t {
  same,  ///< The same in each job: cheapest for the client.
  noisy, ///< Different in each job, so that compression gains nothing.
};

/// A job.push request that is written once; only the tenants' names in it change.
class push_request {
public:
  /// `jobs` jobs of `type`, each with a payload of payload_bytes.
  push_request(const std::string& type, std::size_t jobs,
               payload_kind payloads = payload_kind::same);

  /// All jobs for one tenant. The text, with its line end, is valid until the next call.
  std::string_view for_tenant(std::uint32_t tenant) { return text_.for_tenant(tenant); }
  /// Distributes the jobs over the tenants `first`, `first` + 1 and so on, modulo `tenants`.
  std::string_view for_tenants_from(std::uint32_t first, std::uint32_t tenants);

  [[nodiscard]] std::size_t jobs() const { return text_.places(); }

private:
  tenant_text text_;
};

/// How a pop of n jobs takes them.
enum class lease_form : std::uint8_t {
  batches, ///< One lease of n jobs of one tenant.
  single,  ///< n leases of one job, each a separate fair decision.
};

/// The name of the type for batches of `jobs` jobs, or for single jobs.
[[nodiscard]] std::string type_for(lease_form leases, std::size_t jobs);
/// A job.pop request for `jobs` jobs of one type, with its line end.
[[nodiscard]] std::string pop_request(const std::string& type, lease_form leases, std::size_t jobs);
/// A job.pop request for one type, with its line end.
[[nodiscard]] std::string pop_request(const std::string& type, std::size_t leases,
                                      std::size_t max_jobs);

/// A request of any method, with its line end; `params` is JSON.
[[nodiscard]] std::string request(std::string_view method, std::string_view params);

/// Throws with the text of the answer if it is an error.
void require_result(std::string_view answer);

/// Counts the occurrences of `text`.
[[nodiscard]] std::size_t occurrences(std::string_view answer, std::string_view text);

/// Counts the jobs in an answer of job.pop.
[[nodiscard]] std::size_t popped_jobs(std::string_view answer);

/// Collects the ids of the leases in an answer of job.pop: views into the answer.
void find_leases(std::string_view answer, std::vector<std::string_view>& ids);

/// Returns the text after `"name":"`, searching from `from`; empty if it is not there. Moves `from`
/// past it.
[[nodiscard]] std::string_view text_member(std::string_view answer, std::string_view name,
                                           std::size_t& from);

/// Writes a job.complete request that completes all these leases, with its line end.
void write_completion(std::string& out, const std::vector<std::string_view>& leases);

} // namespace rota::bench
