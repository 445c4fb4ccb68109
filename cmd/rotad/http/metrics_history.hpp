// The metrics of the last hour, for the plots of the web page.
#pragma once
#include "actors/runtime/figures.hpp"
#include "cmd/rotad/http/http_answer.hpp"
#include "cmd/rotad/http/runtime_client.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <string>

namespace rota::daemon {

/// Returns the figures of one point in time as JSON. Called on an actor's thread.
std::string format_sample(const actors::runtime_figures& figures);

/// Takes samples at a fixed interval while there is a runtime, and keeps those of the last hour.
/// Lives on the io thread.
class metrics_history {
public:
  metrics_history(boost::asio::io_context& io, runtime_client& client,
                  std::chrono::milliseconds interval, std::size_t tenants_max);

  /// There is a new runtime: its counters start at zero, so the samples start anew.
  void begin();
  void end();

  /// The answer to /api/history: {"anew", "last", "wait_bounds", "samples"}. Has the samples after
  /// the one named by `after`, or all samples if that is unknown.
  http_answer answer(const std::string& after) const;

private:
  void take_sample();
  void keep(std::string sample);

  boost::asio::steady_timer timer_;
  runtime_client& client_;
  std::chrono::milliseconds interval_;
  std::size_t samples_max_;
  std::size_t tenants_max_;
  std::string runtime_id_;     ///< Identifies the runtime that the samples belong to.
  std::uint64_t runtimes_ = 0; ///< Number of runtimes in this process.
  std::uint64_t taken_ = 0;
  std::deque<std::string> samples_;
};

} // namespace rota::daemon
