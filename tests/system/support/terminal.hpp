// A program in its own terminal: keys in, screen out.
#pragma once
#include "tests/system/support/child_program.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rota::tests {

/// The program is killed when this object is destroyed. Its output is kept as text, without escape
/// sequences for cursor and colours.
class terminal {
public:
  terminal(const std::vector<std::string>& command,
           const std::map<std::string, std::string>& environment, unsigned short columns = 100,
           unsigned short lines = 30);

  /// Types keys; the output so far counts as seen.
  void type(std::string_view keys);
  /// Waits until unseen output contains the text; returns false if it does not in time.
  bool shows(std::string_view text, std::chrono::milliseconds timeout = test_timeout);
  /// The output since the last keys.
  const std::string& unseen() const { return unseen_; }
  /// The exit status, or 128 + the number of a signal; nothing if the program has not ended in
  /// time.
  std::optional<int> wait(std::chrono::milliseconds timeout = test_timeout);

private:
  /// Returns false if nothing arrived in time or the program has ended.
  bool read_some(std::chrono::milliseconds timeout);

  system::descriptor master_;
  system::child process_;
  std::optional<int> status_;
  std::string raw_; ///< The start of an incomplete escape sequence.
  std::string unseen_;
};

} // namespace rota::tests
