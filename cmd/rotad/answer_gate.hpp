// Nothing unsaved leaves: answers wait here until the journal has what they depend on.
#pragma once
#include "cmd/rotad/format.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace rota::daemon {

struct outgoing;

/// Who gets answers; called on the io thread.
class answer_taker {
public:
  virtual ~answer_taker() = default;
  virtual void deliver(outgoing& answer) = 0;
  /// All that came together has been delivered.
  virtual void flush() = 0;
};

/// An answer or a notification on its way to a connection.
struct outgoing {
  std::shared_ptr<answer_taker> to;
  std::uint64_t request = 0; ///< 0: a notification, `what` holds its params.
  wire::subscription_id subscription;
  wire::answer what;
  std::vector<engine::attempt_id> leases; ///< Handed out by this answer.
};

/// Actors put answers in from their threads, the journal's thread tells what is durable, the io
/// thread gets what may leave. One wake-up of the io thread serves all that came together.
class answer_gate {
public:
  using release = std::function<void(std::vector<outgoing>&)>;
  answer_gate(boost::asio::io_context& io, release released)
      : io_(io), released_(std::move(released)) {}

  /// Answers of an earlier epoch than the present one are dropped: their room is gone.
  void put(std::uint64_t epoch, engine::position position, outgoing answer);
  void durable(std::uint64_t epoch, engine::position position);

  /// A new room begins (or none, after a failure): what waits is dropped. Returns its epoch.
  std::uint64_t begin_epoch();

private:
  void wake_io();
  void hand_out();

  boost::asio::io_context& io_;
  release released_;
  std::mutex mutex_;
  std::uint64_t epoch_ = 0;
  engine::position durable_;
  std::multimap<engine::position, outgoing> waiting_;
  std::vector<outgoing> ready_;
  bool awake_ = false;
};

} // namespace rota::daemon
