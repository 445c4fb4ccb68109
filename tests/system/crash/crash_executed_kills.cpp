#include "tests/system/crash/crash_executed_kills.hpp"

#include <algorithm>
#include <utility>

namespace rota::tests {
namespace {

std::string name_of(const kill_point& point) {
  if (!point.name.empty())
    return point.name;
  if (point.thread.empty())
    return "any moment";
  return point.thread + " " + point.call +
         (point.fresh         ? " when idle"
          : point.nth_min > 1 ? " at last"
                              : "");
}

} // namespace

kill_chooser::kill_chooser(std::vector<kill_point> kill_points, std::uint64_t seed, int wanted)
    : kill_points_(std::move(kill_points)),
      known_(kill_points_.size()),
      random_(seed),
      wanted_(wanted) {
  for (const auto each : all_phases)
    counts_[each] = 0;
}

int kill_chooser::random(int max) { return std::uniform_int_distribution{0, max}(random_); }

bool kill_chooser::is_done() const {
  return std::all_of(counts_.begin(), counts_.end(),
                     [this](const auto& count) { return count.second >= wanted_; });
}

double kill_chooser::expected_hit_rate(std::size_t which, phase wanted) {
  auto& known = known_[which];
  const double rate = (known.hit[wanted] + 1.0) / (known.tries + 1.0);
  return rate * (1 + random(100) / 100.0); // Random, so that sometimes another point is chosen.
}

const kill_point& kill_chooser::next() {
  const auto rarest =
      std::min_element(counts_.begin(), counts_.end(), [](const auto& a, const auto& b) {
        return a.second < b.second;
      })->first;
  double best = -1;
  for (std::size_t i = 0; i < kill_points_.size(); ++i)
    if (const auto its = expected_hit_rate(i, rarest); its > best) {
      best = its;
      chosen_ = i;
    }
  return kill_points_[chosen_];
}

void kill_chooser::hit(const std::set<phase>& phases) {
  ++known_[chosen_].tries;
  for (const auto each : phases) {
    ++known_[chosen_].hit[each];
    ++counts_[each];
  }
}

std::string kill_chooser::summary() const {
  std::string text;
  for (const auto& [each, count] : counts_)
    text += (text.empty() ? "" : ", ") + std::string{to_text(each)} + " " + std::to_string(count);
  for (std::size_t i = 0; i < kill_points_.size(); ++i)
    text += "; chosen: " + name_of(kill_points_[i]) + " " + std::to_string(known_[i].tries);
  return text;
}

} // namespace rota::tests
