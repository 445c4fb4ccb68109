// Reads the engine's answers and writes the texts of its requests.
#pragma once
#include "engine/time.hpp"
#include "executors/executor.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rota::executors::docker {

enum class container_state : std::uint8_t {
  created,
  running,
  ended,
  removing, ///< Permanent if podman was killed meanwhile; nothing runs in it.
};

/// The inspection of one container.
struct container_facts {
  std::string id;
  container_state state = container_state::running;
  int pid = 0; ///< 0: none.
  int exit_code = 0;
  bool out_of_memory = false;
  std::string error;                         ///< The engine's message, if any.
  std::optional<engine::time_point> started; ///< Nothing: it never started.
  std::optional<engine::time_point> finished;
};

/// One container of a list.
struct container_row {
  std::string id;
  std::string container; ///< Its name.
  std::string attempt;   ///< Its label rota.attempt.
  container_state state = container_state::running;
};

/// The entrypoint and command of an image.
struct image_facts {
  std::vector<std::string> entrypoint;
  std::vector<std::string> command;
};

// Each reads the body of an answer; returns nothing if it does not follow the API.
[[nodiscard]] std::optional<container_facts> read_container(const std::string& body);
[[nodiscard]] std::optional<std::vector<container_row>> read_list(const std::string& body);
[[nodiscard]] std::optional<image_facts> read_image(const std::string& body);
[[nodiscard]] std::optional<double> read_processors(const std::string& body);
[[nodiscard]] std::optional<std::string> read_id(const std::string& body);

/// Returns the attempt whose container died, an empty name for a container without Rota's label,
/// and nothing for other events.
[[nodiscard]] std::optional<std::string> read_death(const std::string& event);

/// Returns an error answer's message on one line, or the body if it does not follow the API.
[[nodiscard]] std::string read_error(const std::string& body);

/// Reads a time like "2024-05-01T12:00:00.123456789Z", also with an offset; truncates to
/// microseconds. Returns nothing for year 1, the API's "never", and for malformed texts.
[[nodiscard]] std::optional<engine::time_point> read_time(std::string_view text);

/// Escapes `text` for a part of a URL: everything but letters, digits and -._~/:
[[nodiscard]] std::string url_escaped(std::string_view text);

} // namespace rota::executors::docker
