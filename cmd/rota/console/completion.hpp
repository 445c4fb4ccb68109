// Completes the word at the cursor.
#pragma once
#include <CLI/CLI.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rota::client {

/// Kinds of names that the server has.
enum class name_kind : std::uint8_t { tenant, type, key, pool, executor, job };

/// Provides the names of a kind; called only when they are needed.
class name_source {
public:
  virtual ~name_source() = default;
  [[nodiscard]] virtual std::vector<std::string> names(name_kind kind) = 0;
};

struct completion {
  std::size_t begin = 0;               ///< Position of the word in the line.
  std::vector<std::string> candidates; ///< Sorted, quoted where necessary, without duplicates.
};

/// Returns the commands, options and server names that begin with the word at the cursor. `line` is
/// the text up to the cursor; `program` has the commands.
[[nodiscard]] completion complete(std::string_view line, const CLI::App& program,
                                  name_source& source);

/// Returns the longest common prefix.
[[nodiscard]] std::string common_prefix(const std::vector<std::string>& candidates);

} // namespace rota::client
