// A progress bar on stderr, if that is a terminal.
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

  /// Draws at most ten times per second; other calls are cheap. `done` goes from 0 to 1.
  void show(double done, const std::string& detail);

private:
  std::string what_;
  bool on_terminal_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point last_{};
};

} // namespace rota::bench
