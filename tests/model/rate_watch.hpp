// Promise B6 of docs/design.md for rates, without buckets: checks the starts themselves in each
// window that ends with one.
#pragma once
#include "engine/ids.hpp"
#include "engine/settings.hpp"
#include "engine/time.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rota::model {

class rate_watch {
public:
  /// Sets the rate of a type or key under a unique name. Windows that contain a change have no
  /// bound.
  void set_rate(const std::string& name, const std::optional<engine::rate_settings>& rate) {
    auto& log = logs_[name];
    if (rate != log.rate)
      log.starts.clear();
    log.rate = rate;
  }
  /// Records a start; returns whether more have started than the rate permits.
  [[nodiscard]] bool exceeds(const std::string& name, engine::serial attempt,
                             engine::time_point now) {
    auto& log = logs_[name];
    if (!log.rate)
      return false;
    if (log.starts.size() == starts_max)
      log.starts.erase(log.starts.begin());
    log.starts.emplace_back(attempt, now);
    const auto n = log.starts.size();
    for (std::size_t i = 0; i < n; ++i) {
      const double window = static_cast<double>((now - log.starts[i].second).count()) / 1e6;
      if (static_cast<double>(n - i) > log.rate->burst + log.rate->per_second * window + 1e-9)
        return true;
    }
    return false;
  }
  /// The attempt did not start after all.
  void undone(engine::serial attempt) {
    for (auto& [name, log] : logs_)
      std::erase_if(log.starts, [&](const auto& start) { return start.first == attempt; });
  }

private:
  static constexpr std::size_t starts_max = 256;
  struct log {
    std::optional<engine::rate_settings> rate;
    std::vector<std::pair<engine::serial, engine::time_point>> starts;
  };
  std::map<std::string, log> logs_;
};

} // namespace rota::model
