#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// Reads the few things that a bench needs out of the daemon's answers without parsing JSON. Good
// only for payloads that hold none of the texts that are looked for, which is so for ours.

namespace rota::bench {

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
