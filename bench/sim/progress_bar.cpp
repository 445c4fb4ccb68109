#include "bench/sim/progress_bar.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace rota::bench {
namespace {

constexpr std::size_t width = 30;
constexpr std::chrono::milliseconds pause{100};

} // namespace

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

} // namespace rota::bench
