// One client connection: reads lines, passes requests to its session, writes answers.
#pragma once
#include "actors/runtime/engine_runtime.hpp"
#include "cmd/rotad/answer_gate.hpp"
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

class server;

/// Lives on the io thread. Requests are pipelined. While a client has too many open requests or
/// does not read its answers, nothing more is read from it.
class connection final : public answer_receiver, public std::enable_shared_from_this<connection> {
public:
  connection(boost::asio::ip::tcp::socket socket, server& owner);

  void start();
  /// A runtime is available: requests can be served.
  void attach();
  /// The storage failed: all open requests are answered `unavailable`.
  void detach();

  void deliver(outgoing_message& answer) override;
  /// Writes the answers gathered by deliver().
  void flush() override;
  void close();
  bool idle() const { return open_.empty(); }

private:
  /// An array of requests is answered by one array once all its answers are there.
  struct batch {
    std::string text = "[";
    std::size_t missing = 0;
    std::vector<engine::attempt_id> leases;
  };
  struct open_request {
    std::string id; ///< As received; empty: a notification, which gets no answer.
    std::shared_ptr<batch> in;
    const wire::method* method = nullptr;
    std::string params; ///< Only of a method that the log records.
  };
  /// Leases of an answer, kept until its last byte is written.
  struct unwritten_leases {
    std::uint64_t end = 0;
    std::vector<engine::attempt_id> leases;
  };

  void wait_readable();
  void on_readable();
  void append_input(std::string_view bytes);
  void refuse_long_line();
  void serve_lines();
  void serve_line(std::string_view line);
  void serve(wire::rpc_element& element, const std::shared_ptr<batch>& in);
  void serve(wire::rpc_request& request, const std::shared_ptr<batch>& in);
  void answer_now(std::string_view id, const wire::answer& what, const std::shared_ptr<batch>& in,
                  const wire::method* method = nullptr);
  void write_answer(std::string_view id, const wire::answer& what, const std::shared_ptr<batch>& in,
                    std::vector<engine::attempt_id> leases);
  void finish_batch(batch& b);
  void append_message(std::string_view text, std::vector<engine::attempt_id> leases);
  void end_message(std::vector<engine::attempt_id> leases);
  std::size_t unsent() const { return output_.size() - output_sent_; }
  void start_long_requests();
  void record_change(const open_request& request, const wire::answer& what) const;
  void notify(outgoing_message& event);
  void report_missed_events();
  bool may_serve() const;
  void end_input();
  void close_if_done();
  void resume();
  void on_written(std::size_t bytes);

  boost::asio::ip::tcp::socket socket_;
  server& server_;
  actors::session_actor session_;
  std::string input_;
  bool skipping_ = false; ///< The rest of a line that is too long is being skipped.
  bool waiting_ = false;  ///< Waiting for the socket to become readable.
  bool serving_ = false;
  bool closed_ = false;
  bool end_of_input_ = false;
  std::uint64_t last_request_ = 0;
  std::unordered_map<std::uint64_t, open_request> open_;
  std::deque<actors::client_command>
      long_requests_waiting_; ///< Open requests not yet sent to the session.
  std::size_t long_requests_started_ = 0;
  std::string output_;
  std::size_t output_sent_ = 0;
  bool writing_ = false;
  std::uint64_t written_bytes_ = 0;
  std::deque<unwritten_leases> unwritten_;
  /// Number of dropped events per subscription.
  std::map<wire::subscription_id, std::uint64_t> missed_events_;
  bool subscribed_ = false;
};

} // namespace rota::daemon
