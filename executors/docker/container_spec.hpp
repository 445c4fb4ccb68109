// The container that the engine creates for an attempt.
#pragma once
#include "executors/docker/engine_text.hpp"
#include "executors/options.hpp"

#include <string>
#include <vector>

namespace rota::executors::docker {

/// Mount point of the run folder's io/ in the container.
inline constexpr const char* container_folder = "/rota";
/// Exit code of a wrapper without the claim: the attempt already ran or was fenced.
inline constexpr int exit_code_unclaimed = 125;

struct container_spec {
  std::string instance;
  std::string executor;
  std::string io_folder;          ///< As a path on the engine's machine.
  std::vector<std::string> words; ///< The command, with placeholders filled in.
};

/// Returns the words that run in the image, chosen as by "docker run IMAGE WORD...": the image's
/// entrypoint, if any, followed by `words`, or by the image's own command if `words` is empty.
[[nodiscard]] std::vector<std::string> full_command(const image_facts& image,
                                                    const std::vector<std::string>& words);

/// Returns the body of the request that creates the attempt's container.
[[nodiscard]] std::string create_body(const container_spec& spec, const start_order& order,
                                      const attempt_options& options);

} // namespace rota::executors::docker
