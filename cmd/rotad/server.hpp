// The TCP server: accepts, holds the connections, lets answers out when they are durable.
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

/// Lives on one io thread; only the methods that say so may be called from others.
class server final : private connection_host {
public:
  server(boost::asio::io_context& io, const options& o);

  /// Binds and listens; accepting begins with the first room. The text says why not.
  std::optional<std::string> listen();
  /// "127.0.0.1:7070", with the port that was really taken.
  std::string address() const;

  /// A room is there: its epoch for the gate. The first one opens the port; the text says why that
  /// failed.
  std::optional<std::string> enter(std::shared_ptr<actors::engine_room> room, std::uint64_t epoch);
  /// The room failed; requests are answered `unavailable` until the next enter().
  void leave();

  /// No new requests; calls `done` when all that were open are answered, or patience is over.
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
