// What the engine is asked to create for an attempt.
#pragma once
#include "executors/docker/engine_text.hpp"
#include "executors/options.hpp"

#include <string>
#include <vector>

namespace rota::executors::docker {

/// Where the run folder's io/ appears in the container.
inline constexpr const char* container_folder = "/rota";
/// How the wrapper ends when it isn't let in: the attempt ran already, or was fenced.
inline constexpr int not_let_in = 125;

struct container_spec {
  std::string instance;
  std::string executor;
  std::string io_folder;          ///< On the engine's machine.
  std::vector<std::string> words; ///< The command, placeholders filled in.
};

/// The words that run in the image, as "docker run IMAGE WORD..." chooses them: behind the image's
/// entrypoint, if it has one, `words`, or the image's own command when there are none.
[[nodiscard]] std::vector<std::string> full_command(const image_facts& image,
                                                    const std::vector<std::string>& words);

/// The body of the request that creates the attempt's container.
[[nodiscard]] std::string create_body(const container_spec& spec, const start_order& order,
                                      const attempt_options& options);

} // namespace rota::executors::docker
