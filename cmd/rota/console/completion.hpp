// What the word at the cursor could become.
#pragma once
#include <CLI/CLI.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rota::client {

/// What the daemon knows by name.
enum class named : std::uint8_t { tenant, type, key, pool, executor, job };

/// Where names come from; asked only when one is wanted.
class name_source {
public:
  virtual ~name_source() = default;
  [[nodiscard]] virtual std::vector<std::string> names(named what) = 0;
};

struct completion {
  std::size_t begin = 0;               ///< Of the word in the line.
  std::vector<std::string> candidates; ///< In order, quoted where that is needed, none twice.
};

/// `line` up to the cursor; `program` has the commands. Names beginning as the word does: commands,
/// options, names of the daemon.
[[nodiscard]] completion complete(std::string_view line, CLI::App& program, name_source& source);

/// What all of them begin with.
[[nodiscard]] std::string common_start(const std::vector<std::string>& candidates);

} // namespace rota::client
