// The last hour, for the plots of the web page.
#pragma once
#include "actors/runtime/figures.hpp"
#include "cmd/rotad/http/http_answer.hpp"
#include "cmd/rotad/http/room_asker.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <string>

namespace rota::daemon {

/// The figures of one moment as JSON; made on an actor's thread.
std::string format_sample(const actors::room_figures& figures);

/// Takes a sample now and then while there is a room, and keeps those of the last hour. Lives on the
/// io thread.
class hour {
public:
  hour(boost::asio::io_context& io, room_asker& asker, std::chrono::milliseconds interval,
       std::size_t tenants_max);

  /// There is a room (again): its counters begin anew, and so do the samples.
  void begin();
  void end();

  /// /api/history: {"anew", "last", "wait_bounds", "samples"}, the samples after that which
  /// `after` names, or all of them if it isn't known.
  http_answer answer(const std::string& after) const;

private:
  void take_sample();
  void keep(std::string sample);

  boost::asio::steady_timer timer_;
  room_asker& asker_;
  std::chrono::milliseconds interval_;
  std::size_t samples_max_;
  std::size_t tenants_max_;
  std::string era_;        ///< Names the room whose samples these are.
  std::uint64_t eras_ = 0; ///< Rooms of this process.
  std::uint64_t taken_ = 0;
  std::deque<std::string> samples_;
};

} // namespace rota::daemon
