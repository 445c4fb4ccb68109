// A real engine for the tests of the docker executor, and the executor on it.
#pragma once
#include "executors/executor.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/temporary_folder.hpp"

#include <catch2/catch.hpp>
#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rota::tests {

/// Longer than an engine takes for anything on a busy machine.
inline constexpr std::chrono::seconds engine_patience = patience;

/// Asks until `holds()` says true; false when it never did. Asking an engine costs something.
template <class Holds>
bool soon(Holds&& holds) {
  return eventually(holds, engine_patience, std::chrono::milliseconds{10});
}

/// Whether there is a value; a failing check then shows the error.
template <class Result>
bool ok(const Result& result) {
  if (!result)
    UNSCOPED_INFO(result.error().message);
  return result.has_value();
}

/// An engine of its own, which ends with it, and an executor's folder.
class docker_backend {
public:
  /// "podman" or "docker"; nothing, after a line that says why, when it can't run here. dockerd runs
  /// only where ROTA_TEST_DOCKER is 1.
  static std::unique_ptr<docker_backend> up(const std::string& engine);
  ~docker_backend();
  docker_backend(const docker_backend&) = delete;
  docker_backend& operator=(const docker_backend&) = delete;

  /// An executor as rotad makes one; another one on the same folder is as after a crash of rotad.
  [[nodiscard]] std::unique_ptr<executors::executor> make_executor() const;

  /// SIGKILL to the service with the API; the containers run on.
  void kill_service();
  void serve_again();

  /// A folder that the containers of order() see as /shared.
  [[nodiscard]] std::filesystem::path shared() const { return folder_.path() / "shared"; }
  [[nodiscard]] std::filesystem::path place() const { return folder_.path() / "executor"; }
  [[nodiscard]] std::string socket() const { return (folder_.path() / "engine/socket").string(); }

  /// An attempt that runs `script` in a shell, without network; `more` are further members of its
  /// options (", "name": value").
  [[nodiscard]] executors::start_order order(const std::string& name, const std::string& script,
                                             const std::string& more = "") const;

private:
  docker_backend(std::string engine);
  [[nodiscard]] int run_script(const std::string& what) const;

  const std::string engine_;
  temporary_folder folder_{"docker"};
};

/// An executor whose engine isn't there.
std::unique_ptr<executors::executor> make_unreachable(const temporary_folder& folder);

/// What list() says of an attempt; nothing when it isn't in it.
std::optional<executors::sight> sight_of(executors::executor& engine, const std::string& name);
/// Whether list() says so before long.
bool becomes(executors::executor& engine, const std::string& name, executors::sight what);
/// start(), again and again while it fails in passing.
executors::start_result start_at_last(executors::executor& engine,
                                      const executors::start_order& order);

/// podman's conmon for a container; 0: it has none.
pid_t conmon_of(const std::string& container);

} // namespace rota::tests
