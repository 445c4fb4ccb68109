// Holds answers until the events that they depend on are durable.
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

/// Receives answers, on the io thread.
class answer_taker {
public:
  virtual ~answer_taker() = default;
  virtual void deliver(outgoing& answer) = 0;
  /// Called after all answers that were released together have been delivered.
  virtual void flush() = 0;
};

/// An answer or a notification on its way to a connection.
struct outgoing {
  std::shared_ptr<answer_taker> to;
  std::uint64_t request = 0; ///< 0: a notification, whose params are in `what`.
  wire::subscription_id subscription;
  wire::answer what;
  std::vector<engine::attempt_id> leases; ///< Leases granted by this answer.
};

/// Actors put answers in from their threads, the journal's thread reports what is durable, and the
/// io thread receives what is released. Answers that are released together wake the io thread once.
class answer_gate {
public:
  using release = std::function<void(std::vector<outgoing>&)>;
  answer_gate(boost::asio::io_context& io, release released)
      : io_(io), released_(std::move(released)) {}

  /// Holds `answer` until `position` is durable. Answers of an earlier epoch are dropped: their
  /// runtime has ended.
  void put(std::uint64_t epoch, engine::position position, outgoing answer);
  void durable(std::uint64_t epoch, engine::position position);

  /// Begins the epoch of a new runtime, or of none after a failure, and drops all held answers.
  /// Returns the new epoch.
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
