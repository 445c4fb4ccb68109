// Completes the word at the cursor.
#pragma once
#include <CLI/CLI.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rota::client {

/// Kinds of names in the daemon.
enum class named : std::uint8_t { tenant, type, key, pool, executor, job };

/// Provides names; called only when one is needed.
class name_source {
public:
  virtual ~name_source() = default;
  [[nodiscard]] virtual std::vector<std::string> names(named what) = 0;
};

struct completion {
  std::size_t begin = 0;               ///< Position of the word in the line.
  std::vector<std::string> candidates; ///< Sorted, quoted where necessary, without duplicates.
};

/// Returns the commands, options and daemon names that begin with the word at the cursor. `line` is
/// the text up to the cursor; `program` has the commands.
[[nodiscard]] completion complete(std::string_view line, CLI::App& program, name_source& source);

/// Returns the longest common prefix.
[[nodiscard]] std::string common_start(const std::vector<std::string>& candidates);

} // namespace rota::client
