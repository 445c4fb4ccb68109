// The engine's answers, read, and the texts of its requests.
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
  removing, ///< For ever, when podman was killed meanwhile; nothing runs in it.
};

/// What inspecting one container tells.
struct container_facts {
  std::string id;
  container_state state = container_state::running;
  int pid = 0; ///< 0: none.
  int exit_code = 0;
  bool out_of_memory = false;
  std::string error;                         ///< The engine's own words, if any.
  std::optional<engine::time_point> started; ///< Nothing: never.
  std::optional<engine::time_point> finished;
};

/// One container in a list.
struct container_row {
  std::string id;
  std::string container; ///< Its name.
  std::string attempt;   ///< Its label rota.attempt.
  container_state state = container_state::running;
};

/// What an image brings along.
struct image_facts {
  std::vector<std::string> entrypoint;
  std::vector<std::string> command;
};

// Each reads the body of an answer; nothing when it isn't what the API promises.
[[nodiscard]] std::optional<container_facts> read_container(const std::string& body);
[[nodiscard]] std::optional<std::vector<container_row>> read_list(const std::string& body);
[[nodiscard]] std::optional<image_facts> read_image(const std::string& body);
[[nodiscard]] std::optional<double> read_processors(const std::string& body);
[[nodiscard]] std::optional<std::string> read_id(const std::string& body);

/// The attempt whose container died, empty for one without our label; nothing for another event.
[[nodiscard]] std::optional<std::string> read_death(const std::string& event);

/// What an answer that is an error says, on one line; what came when it isn't in the API's form.
[[nodiscard]] std::string read_error(const std::string& body);

/// A time as "2024-05-01T12:00:00.123456789Z" or with an offset; nothing for year 1, the API's
/// "never", and for what isn't a time. Parts of a microsecond are cut off.
[[nodiscard]] std::optional<engine::time_point> read_time(std::string_view text);

/// `text` for a part of a URL; all but letters, digits and -._~/: are escaped.
[[nodiscard]] std::string url_escaped(std::string_view text);

} // namespace rota::executors::docker
