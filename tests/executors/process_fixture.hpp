// A process executor in a folder of its own, and what tests ask of it.
#pragma once
#include "executors/process/process_executor.hpp"
#include "tests/support/files.hpp"
#include "tests/support/temporary_folder.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace rota::executors::process_tests {

/// Hints as they come.
class hint_box {
public:
  void put(const std::string& name);
  /// False when no hint for the name came in time.
  [[nodiscard]] bool wait_for(const std::string& name);

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::string> names_;
};

class process_fixture {
public:
  process_fixture();
  ~process_fixture();
  process_fixture(const process_fixture&) = delete;
  process_fixture& operator=(const process_fixture&) = delete;

  executor& backend() { return *backend_; }
  /// The daemon dies and comes again: a new executor for the same folder.
  void restart();

  [[nodiscard]] std::string path(const std::string& below) const { return folder_.path() / below; }
  /// Of the attempt's run folder, as it lives.
  [[nodiscard]] std::string run_path(const std::string& name, const std::string& file = {}) const;

  /// An order that runs a shell script; `members` are more members of the options, as JSON text.
  [[nodiscard]] static start_order script(const std::string& name, const std::string& text,
                                          const std::string& members = {});
  /// Starts it; the test fails when it doesn't.
  started must_start(const start_order& order);
  /// What list() says; nothing when it doesn't name it.
  [[nodiscard]] std::optional<sight> sight_of(const std::string& name);
  /// Waits for the hint; the test fails when it doesn't come or the result isn't there.
  ending must_end(const std::string& name);
  [[nodiscard]] std::string all_output(const std::string& name, output_stream stream);

  hint_box hints;

private:
  const tests::temporary_folder folder_{"process"};
  std::unique_ptr<executor> backend_;
};

using tests::lines_of;
using tests::read_whole;

/// Looks again and again, for at most 20 s.
[[nodiscard]] bool soon(const std::function<bool()>& condition);
/// JSON text of a string without characters that need more than a backslash.
[[nodiscard]] std::string quoted(const std::string& text);
/// Whether a process of that number is there and not dead.
[[nodiscard]] bool lives(int pid);

} // namespace rota::executors::process_tests
