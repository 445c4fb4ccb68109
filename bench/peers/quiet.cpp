#include "bench/peers/quiet.hpp"

#include <cstdint>
#include <fstream>
#include <string>

namespace rota::bench {

namespace {

constexpr auto window = std::chrono::milliseconds(50);
constexpr double quiet_share = 0.1;

/// Ticks of all processors since the machine's start.
struct machine_ticks {
  std::uint64_t all = 0;
  std::uint64_t idle = 0;
};

machine_ticks read_ticks() {
  std::ifstream file("/proc/stat");
  std::string name;
  file >> name;
  machine_ticks ticks;
  // user nice system idle iowait irq softirq steal
  for (int column = 0; column < 8; ++column) {
    std::uint64_t value = 0;
    file >> value;
    ticks.all += value;
    ticks.idle += column == 3 ? value : 0;
  }
  return ticks;
}

} // namespace

void await_quiet(const stop_signal& stop, std::chrono::milliseconds patience) {
  auto before = read_ticks();
  for (auto left = patience; left.count() > 0; left -= window) {
    stop.pause(window);
    const auto now = read_ticks();
    const auto all = static_cast<double>(now.all - before.all);
    const auto idle = static_cast<double>(now.idle - before.idle);
    if (idle >= (1 - quiet_share) * all) {
      return;
    }
    before = now;
  }
}

} // namespace rota::bench
