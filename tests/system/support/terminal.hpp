// A program at a terminal of its own: keys in, screen out.
#pragma once
#include "tests/system/support/child_program.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rota::tests {

/// The program is killed with its owner. What is written there is kept as text, without the sequences
/// that move the cursor or colour.
class terminal {
public:
  terminal(const std::vector<std::string>& command,
           const std::map<std::string, std::string>& environment, unsigned short columns = 100,
           unsigned short lines = 30);

  /// Types; what is on the screen so far counts as seen.
  void type(std::string_view keys);
  /// Waits until the text stands in what isn't seen yet; false when it never does.
  bool shows(std::string_view text, std::chrono::milliseconds most = patience);
  /// What was written since the last keys.
  const std::string& unseen() const { return unseen_; }
  /// The exit status, 128 + the number of a signal, or nothing when it hasn't ended in time.
  std::optional<int> wait(std::chrono::milliseconds most = patience);

private:
  /// False when nothing came in time, or nothing will any more.
  bool read_some(std::chrono::milliseconds most);

  system::descriptor master_;
  system::child process_;
  std::optional<int> status_;
  std::string raw_; ///< The beginning of a sequence that isn't whole.
  std::string unseen_;
};

} // namespace rota::tests
