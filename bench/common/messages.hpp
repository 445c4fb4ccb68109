// What a bench says to the daemon and reads from its answers: written once and patched, searched and not parsed, so
// that the client stays cheap.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rota::bench {

/// Letters and digits by chance, other ones with each call for hundreds of calls, always the same in
/// each run: what compresses no better than payloads do at worst. At most 4096 of them.
class noise {
public:
  [[nodiscard]] std::string_view next(std::size_t size);

private:
  std::size_t offset_ = 0;
};

/// Digits in the number of a tenant, wherever a bench writes one: t000000 to t999999.
constexpr std::size_t tenant_digits = 6;

/// The number that a text begins with, written so.
[[nodiscard]] std::uint32_t read_tenant(std::string_view text);

/// A text that is written once and in which only the numbers of tenants change, and noise.
class tenant_text {
public:
  tenant_text& append(std::string_view text);
  /// The number of a tenant; all zeros until it is set.
  tenant_text& append_tenant();
  /// As many characters of noise, other ones for each tenant that is set everywhere.
  tenant_text& append_noise(std::size_t size);
  /// Replaces the last character.
  void replace_last(char with) { text_.back() = with; }

  [[nodiscard]] std::size_t places() const { return places_.size(); }
  [[nodiscard]] std::string_view text() const { return text_; }

  void set(std::size_t place, std::uint32_t tenant);
  /// The text with the same tenant everywhere; valid until the next change, and
  /// followed by a zero.
  std::string_view for_tenant(std::uint32_t tenant);

private:
  std::string text_;
  struct noisy_part {
    std::size_t begin = 0;
    std::size_t size = 0;
  };
  std::vector<std::size_t> places_; // Where digits stand.
  std::vector<noisy_part> noisy_parts_;
  noise noise_;
};

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

/// Throws with the answer's text when it is an error.
void require_result(std::string_view answer);

/// How often `text` occurs.
[[nodiscard]] std::size_t occurrences(std::string_view answer, std::string_view text);

/// The jobs in an answer of job.pop.
[[nodiscard]] std::size_t popped_jobs(std::string_view answer);

/// Puts the ids of the leases in an answer of job.pop into `ids`: views into the answer.
void find_leases(std::string_view answer, std::vector<std::string_view>& ids);

/// The text behind `"name":"`, from `from` on; empty when it isn't there. `from` moves behind it.
[[nodiscard]] std::string_view text_member(std::string_view answer, std::string_view name,
                                           std::size_t& from);

/// A request job.complete that ends all those leases well, with its line end.
void write_completion(std::string& out, const std::vector<std::string_view>& leases);

} // namespace rota::bench
