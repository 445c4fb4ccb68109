// The TCP server: accepts and owns connections, and releases answers once they are durable.
#pragma once
#include "cmd/rotad/answer_gate.hpp"
#include "cmd/rotad/connection.hpp"
#include "cmd/rotad/listening.hpp"

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
class server final : private connection_host {
public:
  server(boost::asio::io_context& io, const options& o);

  /// Binds the port; it accepts connections once there is a runtime. Returns an error text, or
  /// nothing.
  std::optional<std::string> listen();
  /// Returns the address with the actual port, such as "127.0.0.1:7070".
  std::string address() const;

  /// Starts serving a runtime; `epoch` is its epoch at the gate. The first call opens the port.
  /// Returns an error text if that failed, or nothing.
  std::optional<std::string> enter(std::shared_ptr<actors::engine_room> room, std::uint64_t epoch);
  /// The runtime failed; requests are answered `unavailable` until the next enter().
  void leave();

  /// Refuses new requests. Calls `done` when all open requests are answered, or after `patience`.
  void stop(std::chrono::milliseconds patience, std::function<void()> done);
  void close_all();

  answer_gate& gate() { return gate_; } ///< Thread-safe.
  const wire_counters& counted() const { return counters_; }

private:
  const std::shared_ptr<actors::engine_room>& room() const override { return room_; }
  bool stopping() const override { return stopping_; }
  const options& settings() const override { return options_; }
  std::shared_ptr<actors::answer_sink> sink_for(std::shared_ptr<connection> c) override;
  std::vector<char>& scratch() override { return scratch_; }
  json_checker& checker() override { return checker_; }
  wire_counters& counters() override { return counters_; }
  void give_back(const std::vector<engine::attempt_id>& leases) override;
  void closed(const std::shared_ptr<connection>& c) override;

  void take(boost::asio::ip::tcp::socket socket);
  void release(std::vector<outgoing>& batch);
  void wait_for_idle();

  boost::asio::io_context& io_;
  const options& options_;
  listener port_;
  boost::asio::steady_timer pause_;
  answer_gate gate_;
  std::shared_ptr<actors::engine_room> room_;
  std::uint64_t epoch_ = 0;
  bool accepting_ = false;
  bool stopping_ = false;
  std::function<void()> stopped_;
  std::chrono::steady_clock::time_point stop_by_;
  std::vector<char> scratch_;
  json_checker checker_;
  wire_counters counters_;
  std::unordered_set<std::shared_ptr<connection>> connections_;
};

} // namespace rota::daemon
