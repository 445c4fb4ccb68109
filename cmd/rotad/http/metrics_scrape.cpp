#include "cmd/rotad/http/metrics_scrape.hpp"

#include <utility>

namespace rota::daemon {

void metrics_scrape::get(receiver then) {
  if (std::chrono::steady_clock::now() - fetched_at_ < age_max)
    return then(&text_);
  waiting_.push_back(std::move(then));
  if (waiting_.size() > 1)
    return;
  client_.send(actors::figures_command{tenants_max_}, [this](const wire::answer& what) {
    const auto* text = std::get_if<std::string>(&what);
    if (text != nullptr) {
      text_ = *text;
      fetched_at_ = std::chrono::steady_clock::now();
    }
    for (const auto& each : std::exchange(waiting_, {}))
      each(text);
  });
}

} // namespace rota::daemon
