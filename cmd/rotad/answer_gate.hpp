// Holds answers until the events that they depend on are durable.
#pragma once
#include "actors/commands.hpp"
#include "system/thread_safety.hpp"
#include "wire/answers.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace rota::daemon {

struct outgoing_message;

/// Receives answers, on the io thread.
class answer_receiver {
public:
  virtual ~answer_receiver() = default;
  virtual void deliver(outgoing_message& answer) = 0;
  /// Called after all answers that were released together have been delivered.
  virtual void flush() = 0;
};

/// An answer or a notification on its way to a connection.
struct outgoing_message {
  std::shared_ptr<answer_receiver> to;
  std::uint64_t request = 0; ///< 0: a notification, whose params are in `what`.
  wire::subscription_id subscription;
  wire::answer what;
  std::vector<engine::attempt_id> leases; ///< Leases granted by this answer.
};

/// Actors put answers in from their threads, the journal's thread reports what is durable, and the
/// io thread receives what is released. Answers that are released together wake the io thread once.
class answer_gate {
public:
  using delivery = std::function<void(std::vector<outgoing_message>&)>;
  answer_gate(boost::asio::io_context& io, delivery deliver)
      : io_(io), deliver_(std::move(deliver)) {}

  /// Holds `answer` until `position` is durable. Answers of an earlier epoch are dropped: their
  /// runtime has ended.
  void put(std::uint64_t epoch, engine::position position, outgoing_message answer);
  void durable(std::uint64_t epoch, engine::position position);

  /// Begins the epoch of a new runtime, or of none after a failure, and drops all held answers.
  /// Returns the new epoch.
  std::uint64_t begin_epoch();

private:
  void wake_io() ROTA_REQUIRES(mutex_);
  void deliver_ready();

  boost::asio::io_context& io_;
  delivery deliver_;
  system::mutex mutex_;
  std::uint64_t epoch_ ROTA_GUARDED_BY(mutex_) = 0;
  engine::position durable_ ROTA_GUARDED_BY(mutex_);
  std::multimap<engine::position, outgoing_message> waiting_ ROTA_GUARDED_BY(mutex_);
  std::vector<outgoing_message> ready_ ROTA_GUARDED_BY(mutex_);
  bool awake_ ROTA_GUARDED_BY(mutex_) = false;
};

} // namespace rota::daemon
