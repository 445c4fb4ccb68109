// How far it is, on stderr, when that is a terminal.
#pragma once
#include <chrono>
#include <string>

namespace rota::bench {

class progress_bar {
public:
  explicit progress_bar(std::string what);
  ~progress_bar();
  progress_bar(const progress_bar&) = delete;
  progress_bar& operator=(const progress_bar&) = delete;

  /// Draws ten times a second at most; cheap else. `done` goes from 0 to 1.
  void show(double done, const std::string& beside);

private:
  std::string what_;
  bool on_terminal_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point last_{};
};

} // namespace rota::bench
