// The TCP server: accepts and owns connections, and releases answers once they are durable.
#pragma once
#include "cmd/rotad/answer_gate.hpp"
#include "cmd/rotad/connection.hpp"
#include "cmd/rotad/counters.hpp"
#include "cmd/rotad/listener.hpp"
#include "cmd/rotad/options.hpp"
#include "json/check.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

namespace rota::daemon {

/// Lives on one io thread. Only methods marked as thread-safe may be called from other threads.
class server {
public:
  server(boost::asio::io_context& io, const options& o);

  /// Binds the port; it accepts connections once there is a runtime. Returns an error text, or
  /// nothing.
  std::optional<std::string> listen();
  /// Returns the address with the actual port, such as "127.0.0.1:7070".
  std::string address() const;

  /// Starts serving a runtime; `epoch` is its epoch at the gate. The first call opens the port.
  /// Returns an error text if that failed, or nothing.
  std::optional<std::string> attach(std::shared_ptr<actors::engine_runtime> runtime,
                                    std::uint64_t epoch);
  /// The runtime failed; requests are answered `unavailable` until the next attach().
  void detach();

  /// Refuses new requests. Calls `done` when all open requests are answered, or after `timeout`.
  void stop(std::chrono::milliseconds timeout, std::function<void()> done);
  void close_all();

  answer_gate& gate() { return gate_; } ///< Thread-safe.

  // -- for connections ----------------------------------------------------------------------------

  /// Null while the storage is down.
  const std::shared_ptr<actors::engine_runtime>& runtime() const { return runtime_; }
  bool stopping() const { return stopping_; }
  const options& settings() const { return options_; }
  std::shared_ptr<actors::answer_sink> sink_for(std::shared_ptr<connection> c);
  std::vector<char>& scratch() { return scratch_; } ///< Read buffer shared by all connections.
  json_checker& checker() { return checker_; }
  wire_counters& counters() { return counters_; }
  /// Releases leases of an answer that never reached its client.
  void release_leases(const std::vector<engine::attempt_id>& leases);
  void closed(const std::shared_ptr<connection>& c);

private:
  void on_accepted(boost::asio::ip::tcp::socket socket);
  void deliver(std::vector<outgoing_message>& batch);
  void wait_for_idle();

  boost::asio::io_context& io_;
  const options& options_;
  listener port_;
  boost::asio::steady_timer idle_timer_;
  answer_gate gate_;
  std::shared_ptr<actors::engine_runtime> runtime_;
  std::uint64_t epoch_ = 0;
  bool accepting_ = false;
  bool stopping_ = false;
  std::function<void()> on_stopped_;
  std::chrono::steady_clock::time_point stop_deadline_;
  std::vector<char> scratch_;
  json_checker checker_;
  wire_counters counters_;
  std::unordered_set<std::shared_ptr<connection>> connections_;
};

} // namespace rota::daemon
