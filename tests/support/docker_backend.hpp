// A real container engine for the tests of the docker executor, and the executor on it.
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

/// Longer than any operation of an engine takes on a busy machine.
inline constexpr std::chrono::seconds engine_timeout = test_timeout;

/// Polls until `holds()` returns true; returns false after `engine_timeout`. Polls slowly, because
/// each request to an engine is expensive.
template <class Holds>
bool soon(Holds&& holds) {
  return eventually(holds, engine_timeout, std::chrono::milliseconds{10});
}

/// Returns whether there is a value; a failing check shows the error.
template <class Result>
bool ok(const Result& result) {
  if (!result)
    UNSCOPED_INFO(result.error().message);
  return result.has_value();
}

/// A container engine that ends with this object, and the folder of an executor.
class docker_backend {
public:
  /// `engine` is "podman" or "docker". If it cannot run here, prints the reason and returns
  /// nothing. dockerd runs only if ROTA_TEST_DOCKER is 1.
  static std::unique_ptr<docker_backend> up(const std::string& engine);
  ~docker_backend();
  docker_backend(const docker_backend&) = delete;
  docker_backend& operator=(const docker_backend&) = delete;

  /// Creates an executor as rotad does. A second one on the same folder is in the position of a
  /// rotad that restarts after a crash.
  [[nodiscard]] std::unique_ptr<executors::executor> make_executor() const;

  /// Sends SIGKILL to the API service; the containers keep running.
  void kill_service();
  void serve_again();

  /// The folder that is mounted as /shared in the containers of order().
  [[nodiscard]] std::filesystem::path shared() const { return folder_.path() / "shared"; }
  [[nodiscard]] std::filesystem::path place() const { return folder_.path() / "executor"; }
  [[nodiscard]] std::string socket() const { return (folder_.path() / "engine/socket").string(); }

  /// An attempt that runs `script` in a shell, without network. `more` is appended to the members
  /// of its options (", "name": value").
  [[nodiscard]] executors::start_order order(const std::string& name, const std::string& script,
                                             const std::string& more = "") const;

private:
  docker_backend(std::string engine);
  [[nodiscard]] int run_script(const std::string& what) const;

  const std::string engine_;
  temporary_folder folder_{"docker"};
};

/// An executor whose engine does not exist.
std::unique_ptr<executors::executor> make_unreachable(const temporary_folder& folder);

/// The state that list() reports for an attempt; nothing if the attempt is not listed.
std::optional<executors::attempt_state> state_of(executors::executor& engine,
                                                 const std::string& name);
/// Waits until list() reports this state; returns false if it does not in time.
bool becomes(executors::executor& engine, const std::string& name, executors::attempt_state what);
/// Calls start() until it returns something other than a temporary error.
executors::start_result start_at_last(executors::executor& engine,
                                      const executors::start_order& order);

/// The process id of podman's conmon for a container; 0 if there is none.
pid_t conmon_of(const std::string& container);

} // namespace rota::tests
