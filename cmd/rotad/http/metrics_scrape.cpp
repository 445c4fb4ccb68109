#include "cmd/rotad/http/metrics_scrape.hpp"

#include <utility>

namespace rota::daemon {

void metrics_scrape::get(taker then) {
  if (std::chrono::steady_clock::now() - gathered_ < fresh_for)
    return then(&text_);
  waiting_.push_back(std::move(then));
  if (waiting_.size() > 1)
    return;
  asker_.ask(actors::figures_command{tenants_max_}, [this](const wire::answer& what) {
    const auto* text = std::get_if<std::string>(&what);
    if (text != nullptr) {
      text_ = *text;
      gathered_ = std::chrono::steady_clock::now();
    }
    for (const auto& each : std::exchange(waiting_, {}))
      each(text);
  });
}

} // namespace rota::daemon
