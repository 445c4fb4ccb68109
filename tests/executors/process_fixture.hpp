// A process executor in its own folder, and helpers for its tests.
#pragma once
#include "executors/process/process_executor.hpp"
#include "tests/executors/hint_box.hpp"
#include "tests/support/files.hpp"
#include "tests/support/temporary_folder.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace rota::executors::process_tests {

class process_fixture {
public:
  process_fixture();
  ~process_fixture();
  process_fixture(const process_fixture&) = delete;
  process_fixture& operator=(const process_fixture&) = delete;

  executor& backend() { return *backend_; }
  /// Replaces the executor by a new one on the same folder, as after the daemon's death.
  void restart();

  [[nodiscard]] std::string path(const std::string& below) const { return folder_.path() / below; }
  /// Returns a path in the live attempt's run folder.
  [[nodiscard]] std::string run_path(const std::string& name, const std::string& file = {}) const;

  /// Returns an order that runs a shell script; `members` are further members of the options, as
  /// JSON text.
  [[nodiscard]] static start_order script(const std::string& name, const std::string& text,
                                          const std::string& members = {});
  /// Starts it; fails the test if that fails.
  started must_start(const start_order& order);
  started start_script(const std::string& name, const std::string& text,
                       const std::string& members = {}) {
    return must_start(script(name, text, members));
  }
  /// Returns what list() reports; nothing if the name is missing.
  [[nodiscard]] std::optional<attempt_state> state_of(const std::string& name);
  /// Waits for the hint; fails the test if it does not arrive or there is no result.
  attempt_result must_end(const std::string& name);
  [[nodiscard]] std::string all_output(const std::string& name, output_stream stream);

  tests::hint_box hints;

private:
  const tests::temporary_folder folder_{"process"};
  std::unique_ptr<executor> backend_;
};

using tests::lines_of;
using tests::read_whole;

/// Polls the condition for at most 20 s.
[[nodiscard]] bool soon(const std::function<bool()>& condition);
/// Returns the JSON text of a string that needs no escapes other than a backslash.
[[nodiscard]] std::string quoted(const std::string& text);
/// Returns whether a process of that number exists and is no zombie.
[[nodiscard]] bool lives(int pid);

} // namespace rota::executors::process_tests
