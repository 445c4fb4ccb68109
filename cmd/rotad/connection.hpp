// One client: lines in, requests to its session, answers out.
#pragma once
#include "actors/runtime/engine_room.hpp"
#include "cmd/rotad/answer_gate.hpp"
#include "cmd/rotad/options.hpp"
#include "cmd/rotad/wire_counters.hpp"
#include "json/check.hpp"
#include "wire/answers.hpp"
#include "wire/methods.hpp"
#include "wire/rpc.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace rota::daemon {

class connection;

/// What a connection needs of the server; the io thread's alone.
class connection_host {
public:
  virtual ~connection_host() = default;
  /// Null while the storage is down.
  virtual const std::shared_ptr<actors::engine_room>& room() const = 0;
  virtual bool stopping() const = 0;
  virtual const options& settings() const = 0;
  virtual std::shared_ptr<actors::answer_sink> sink_for(std::shared_ptr<connection> c) = 0;
  virtual std::vector<char>& scratch() = 0; ///< Read buffer, shared by all.
  virtual json_checker& checker() = 0;
  virtual wire_counters& counters() = 0;
  /// Leases of an answer that never reached its client.
  virtual void give_back(const std::vector<engine::attempt_id>& leases) = 0;
  virtual void closed(const std::shared_ptr<connection>& c) = 0;
};

/// Lives on the io thread. Requests are pipelined; while a client has too many of them open, or
/// doesn't read its answers, nothing more is read from it.
class connection final : public answer_taker, public std::enable_shared_from_this<connection> {
public:
  connection(boost::asio::ip::tcp::socket socket, connection_host& host);

  void start();
  /// A room has come: requests can be served.
  void enter_room();
  /// The storage failed: everything outstanding is answered `unavailable`.
  void leave_room();

  void deliver(outgoing& answer) override;
  /// Writes what deliver() gathered.
  void flush() override;
  void close();
  bool idle() const { return open_.empty(); }

private:
  /// An array of requests is answered by one array, when all are there.
  struct batch {
    std::string text = "[";
    std::size_t missing = 0;
    std::vector<engine::attempt_id> leases;
  };
  struct open_request {
    std::string id; ///< As it came; empty: no answer is wanted.
    std::shared_ptr<batch> in;
    const wire::method* method = nullptr;
    std::string params; ///< Of a method that the log tells of.
  };
  /// Leases in an answer, until its last byte is written.
  struct unwritten_leases {
    std::uint64_t end = 0;
    std::vector<engine::attempt_id> leases;
  };

  void wait_readable();
  void on_readable();
  void take_input(std::string_view bytes);
  void refuse_long_line();
  void serve_lines();
  void serve_line(std::string_view line);
  void serve(wire::rpc_element& element, const std::shared_ptr<batch>& in);
  void serve(wire::rpc_request& request, const std::shared_ptr<batch>& in);
  void answer_now(std::string_view id, const wire::answer& what, const std::shared_ptr<batch>& in,
                  const wire::method* method = nullptr);
  void compose(std::string_view id, const wire::answer& what, const std::shared_ptr<batch>& in,
               std::vector<engine::attempt_id> leases);
  void finish_batch(batch& b);
  void emit(std::string_view text, std::vector<engine::attempt_id> leases);
  void end_message(std::vector<engine::attempt_id> leases);
  std::size_t unread() const { return output_.size() - output_sent_; }
  void start_reads();
  void tell_change(const open_request& request, const wire::answer& what) const;
  void notify(outgoing& event);
  void tell_missed_events();
  bool may_serve() const;
  void end_input();
  void close_if_done();
  void read_on();
  void written(std::size_t bytes);

  boost::asio::ip::tcp::socket socket_;
  connection_host& host_;
  actors::session_actor session_;
  std::string input_;
  bool skipping_ = false; ///< Inside a line that is too long.
  bool waiting_ = false;  ///< For the socket to become readable.
  bool serving_ = false;
  bool closed_ = false;
  bool end_of_input_ = false;
  std::uint64_t last_request_ = 0;
  std::unordered_map<std::uint64_t, open_request> open_;
  std::deque<actors::client_command> reads_waiting_; ///< Open, not yet with the session.
  std::size_t reads_started_ = 0;
  std::string output_;
  std::size_t output_sent_ = 0;
  bool writing_ = false;
  std::uint64_t written_bytes_ = 0;
  std::deque<unwritten_leases> unwritten_;
  std::map<wire::subscription_id, std::uint64_t> missed_events_; ///< By subscription.
  bool subscribed_ = false;
};

} // namespace rota::daemon
