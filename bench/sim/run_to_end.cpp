#include "bench/sim/run_to_end.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <utility>

namespace rota::bench {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t width = 30;
constexpr std::chrono::milliseconds pause{100};

/// A progress bar on stderr, if that is a terminal.
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

progress_bar::progress_bar(std::string what)
    : what_(std::move(what)), on_terminal_(isatty(STDERR_FILENO) == 1) {}

progress_bar::~progress_bar() {
  if (drawn_)
    std::fputs("\r\033[K", stderr);
}

void progress_bar::show(double done, const std::string& detail) {
  const auto now = std::chrono::steady_clock::now();
  if (!on_terminal_ || now - last_ < pause)
    return;
  last_ = now;
  drawn_ = true;
  const auto full = static_cast<std::size_t>(std::clamp(done, 0.0, 1.0) * width);
  std::fprintf(stderr, "\r\033[K%s [%s%s] %3.0f %%  %s", what_.c_str(),
               std::string(full, '#').c_str(), std::string(width - full, '.').c_str(), done * 100,
               detail.c_str());
}

} // namespace

void poll_rarely(simulation_options& settings) {
  settings.poll_interval_min = 600s;
  settings.poll_interval_max = 3600s;
}

sim_result run_to_end(const workload& work, const simulation_options& settings,
                      const std::string& title) {
  simulation sim{work, settings};
  progress_bar bar{title};
  const auto all = static_cast<double>(work.jobs.size());
  while (sim.step())
    bar.show(static_cast<double>(sim.ended()) / all,
             std::to_string(sim.elapsed() / 1min) + " min simulated");
  return sim.result();
}

} // namespace rota::bench
