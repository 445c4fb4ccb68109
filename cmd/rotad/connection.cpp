#include "cmd/rotad/connection.hpp"

#include "cmd/rotad/change_log.hpp"
#include "cmd/rotad/parse_command.hpp"
#include "cmd/rotad/server.hpp"
#include "wire/writing.hpp"

#include <caf/send.hpp>

namespace rota::daemon {
namespace {

using boost::system::error_code;
using wire::error_kind;

/// A subscriber with more unread bytes is slow: its events are dropped and counted.
constexpr std::size_t slow_reader_bytes = std::size_t{1} << 20;

void append_answer(std::string& out, std::string_view id, const wire::answer& what) {
  if (const auto* failure = std::get_if<wire::rpc_failure>(&what))
    wire::write_failure(out, id, *failure);
  else
    wire::write_result(out, id, std::get<std::string>(what));
}

/// Replaces an answer that does not fit into the array of answers.
wire::answer batch_too_large() {
  return wire::failure(error_kind::too_large,
                       "the answers to this array exceed max_unread_bytes; send this "
                       "request separately");
}

} // namespace

connection::connection(boost::asio::ip::tcp::socket socket, server& owner)
    : socket_(std::move(socket)), server_(owner) {}

void connection::start() {
  error_code ignored;
  socket_.non_blocking(true, ignored);
  socket_.set_option(boost::asio::ip::tcp::no_delay{true}, ignored);
  socket_.set_option(boost::asio::socket_base::keep_alive{true}, ignored);
  attach();
  wait_readable();
}

void connection::attach() {
  if (const auto& runtime = server_.runtime())
    session_ = runtime->open_session(server_.sink_for(shared_from_this()));
}

void connection::detach() {
  session_ = nullptr;
  if (subscribed_) // the missed events cannot be reported, so the client must reconnect
    return close();
  auto open = std::exchange(open_, {});
  long_requests_waiting_.clear();
  long_requests_started_ = 0;
  for (const auto& [number, request] : open)
    answer_now(request.id, storage_failed_answer(), request.in, request.method);
  flush();
}

// -- reading --------------------------------------------------------------------------------------

bool connection::may_serve() const {
  const auto& limits = server_.settings().wire;
  return !closed_ && open_.size() < limits.max_outstanding && unsent() < limits.max_unread_bytes;
}

/// At most eight reads with long answers run at once, and none start while the client does not read
/// its answers.
void connection::start_long_requests() {
  constexpr std::size_t at_a_time = 8;
  while (session_ && !long_requests_waiting_.empty() && long_requests_started_ < at_a_time &&
         unsent() < server_.settings().wire.max_unread_bytes) {
    ++long_requests_started_;
    caf::anon_send(session_, std::move(long_requests_waiting_.front()));
    long_requests_waiting_.pop_front();
  }
}

void connection::wait_readable() {
  if (waiting_ || end_of_input_ || !may_serve())
    return;
  waiting_ = true;
  socket_.async_wait(boost::asio::socket_base::wait_read,
                     [self = shared_from_this()](const error_code& error) {
                       self->waiting_ = false;
                       if (!error && !self->closed_)
                         self->on_readable();
                     });
}

void connection::on_readable() {
  auto& scratch = server_.scratch();
  error_code error;
  const auto count = socket_.read_some(boost::asio::buffer(scratch), error);
  if (error == boost::asio::error::would_block)
    return wait_readable();
  if (error == boost::asio::error::eof)
    return end_input();
  if (error)
    return close();
  append_input({scratch.data(), count});
  serve_lines();
  flush();
  wait_readable();
}

/// A client that has only shut down its sending side still gets its answers. It cannot be
/// distinguished from one that died, so its session stops waiting for leases. The last line needs
/// no line end; a truncated request is refused as malformed.
void connection::end_input() {
  end_of_input_ = true;
  if (!input_.empty() && input_.back() != '\n')
    input_ += '\n';
  serve_lines();
  flush();
  if (closed_)
    return;
  if (session_)
    caf::anon_send(session_, actors::input_ended{});
  close_if_done();
}

void connection::close_if_done() {
  if (end_of_input_ && open_.empty() && unsent() == 0 && input_.find('\n') == std::string::npos)
    close();
}

void connection::append_input(std::string_view bytes) {
  if (skipping_) {
    const auto end = bytes.find('\n');
    if (end == std::string_view::npos)
      return;
    skipping_ = false;
    bytes.remove_prefix(end + 1);
  }
  input_.append(bytes);
}

void connection::refuse_long_line() {
  const auto max = std::to_string(server_.settings().wire.max_line_bytes);
  answer_now(
      "null",
      wire::failure(error_kind::too_large, "the line exceeds max_line_bytes (" + max +
                                               "); it was skipped and nothing in it was done"),
      nullptr);
}

/// Serves the complete lines until the client has too many open requests.
void connection::serve_lines() {
  const auto max = server_.settings().wire.max_line_bytes;
  std::size_t begin = 0;
  while (may_serve()) {
    const auto end = input_.find('\n', begin);
    if (end == std::string::npos)
      break;
    if (end - begin > max)
      refuse_long_line();
    else
      serve_line(std::string_view{input_}.substr(begin, end - begin));
    begin = end + 1;
  }
  input_.erase(0, begin);
  if (input_.size() > max && input_.find('\n') == std::string::npos) {
    refuse_long_line();
    skipping_ = true;
    input_.clear();
  }
  if (input_.empty() && input_.capacity() > 65'536)
    input_.shrink_to_fit(); // idle connections keep no buffer
}

void connection::serve_line(std::string_view line) {
  if (line.ends_with('\r'))
    line.remove_suffix(1);
  if (line.empty())
    return;
  auto read = wire::read_rpc(line, server_.checker());
  std::shared_ptr<batch> in;
  if (read.is_batch) {
    in = std::make_shared<batch>();
    in->missing = 1 + read.elements.size(); // 1 until all elements are served
  }
  for (auto& element : read.elements)
    serve(element, in);
  if (in && --in->missing == 0)
    finish_batch(*in);
}

void connection::serve(wire::rpc_element& element, const std::shared_ptr<batch>& in) {
  if (auto* request = std::get_if<wire::rpc_request>(&element))
    return serve(*request, in);
  const auto& refusal = std::get<wire::rpc_refusal>(element);
  answer_now(refusal.id_raw, refusal.failure, in);
}

void connection::serve(wire::rpc_request& request, const std::shared_ptr<batch>& in) {
  const auto* method = wire::find_method(request.method);
  const auto answer = [&](const wire::answer& what) {
    answer_now(request.id_raw, what, in, method);
  };
  if (method == nullptr)
    return answer(wire::failure(error_kind::unknown_method, "unknown method " + request.method));
  auto parsed = parse_command(*method, request.params,
                              {session_ ? server_.runtime().get() : nullptr, server_.stopping()},
                              server_.settings());
  if (const auto* at_once = std::get_if<wire::answer>(&parsed))
    return answer(*at_once);
  actors::client_command command{++last_request_, std::move(std::get<actors::command>(parsed))};
  subscribed_ |= std::holds_alternative<actors::subscribe_command>(command.what);
  open_.emplace(command.request, open_request{std::string{request.id_raw}, in, method,
                                              params_for_log(*method, request.params)});
  if (!method->traits.long_answer) {
    caf::anon_send(session_, std::move(command));
    return;
  }
  long_requests_waiting_.push_back(std::move(command));
  start_long_requests();
}

// -- answering ------------------------------------------------------------------------------------

void connection::answer_now(std::string_view id, const wire::answer& what,
                            const std::shared_ptr<batch>& in, const wire::method* method) {
  server_.counters().answered(method, what);
  write_answer(id, what, in, {});
}

void connection::write_answer(std::string_view id, const wire::answer& what,
                              const std::shared_ptr<batch>& in,
                              std::vector<engine::attempt_id> leases) {
  if (in) {
    if (!id.empty()) {
      if (in->text.size() > 1)
        in->text += ',';
      append_answer(in->text, id, what);
    }
    in->leases.insert(in->leases.end(), leases.begin(), leases.end());
    if (--in->missing == 0)
      finish_batch(*in);
    return;
  }
  if (id.empty())
    return;
  append_answer(output_, id, what);
  end_message(std::move(leases));
}

/// A batch that contains only notifications gets no answer.
void connection::finish_batch(batch& b) {
  if (b.text.size() > 1)
    append_message(b.text + ']', std::move(b.leases));
}

void connection::append_message(std::string_view text, std::vector<engine::attempt_id> leases) {
  output_.append(text);
  end_message(std::move(leases));
}

/// Ends the line at the end of the output.
void connection::end_message(std::vector<engine::attempt_id> leases) {
  output_ += '\n';
  if (!leases.empty())
    unwritten_.push_back({written_bytes_ + unsent(), std::move(leases)});
}

void connection::deliver(outgoing_message& answer) {
  if (closed_)
    return server_.release_leases(answer.leases);
  if (answer.request == 0)
    return notify(answer);
  const auto found = open_.find(answer.request);
  if (found == open_.end())
    return server_.release_leases(answer.leases);
  const auto request = std::move(found->second);
  open_.erase(found);
  if (request.method->traits.long_answer) {
    --long_requests_started_;
    if (request.in && request.in->text.size() >= server_.settings().wire.max_unread_bytes)
      answer.what = batch_too_large();
  }
  server_.counters().answered(request.method, answer.what);
  if (!request.params.empty())
    record_change(request, answer.what);
  if (request.id.empty()) // a notification: its client will never learn of its leases
    server_.release_leases(std::exchange(answer.leases, {}));
  write_answer(request.id, answer.what, request.in, std::move(answer.leases));
  start_long_requests();
}

void connection::record_change(const open_request& request, const wire::answer& what) const {
  error_code gone;
  const auto client = socket_.remote_endpoint(gone);
  log_change(
      {request.method->name, request.params, gone ? std::string{} : to_text(client), request.id},
      what);
}

void connection::notify(outgoing_message& event) {
  if (unsent() > slow_reader_bytes) {
    ++missed_events_[event.subscription];
    return;
  }
  report_missed_events();
  std::string text;
  wire::write_notification(text, "event", std::get<std::string>(event.what));
  append_message(text, {});
}

void connection::report_missed_events() {
  for (const auto& [subscription, missed] : std::exchange(missed_events_, {})) {
    std::string text;
    wire::write_notification(text, "event",
                             wire::to_json(wire::missed_events{subscription, missed}));
    append_message(text, {});
  }
}

// -- writing --------------------------------------------------------------------------------------

void connection::flush() {
  if (closed_ || writing_)
    return;
  while (output_sent_ < output_.size()) {
    error_code error;
    const auto count = socket_.write_some(
        boost::asio::buffer(output_.data() + output_sent_, output_.size() - output_sent_), error);
    if (error == boost::asio::error::would_block) {
      writing_ = true;
      socket_.async_wait(boost::asio::socket_base::wait_write,
                         [self = shared_from_this()](const error_code& failed) {
                           self->writing_ = false;
                           if (failed)
                             return self->close();
                           self->flush();
                         });
      return;
    }
    if (error)
      return close();
    on_written(count);
  }
  output_.clear();
  output_sent_ = 0;
  if (output_.capacity() > 65'536)
    output_.shrink_to_fit();
  start_long_requests();
  if (!missed_events_.empty()) { // the reader has caught up
    report_missed_events();
    return flush();
  }
  resume();
}

void connection::on_written(std::size_t bytes) {
  output_sent_ += bytes;
  written_bytes_ += bytes;
  while (!unwritten_.empty() && unwritten_.front().end <= written_bytes_)
    unwritten_.pop_front();
}

/// Answers were written, so lines that had to wait may now be served.
void connection::resume() {
  if (serving_ || !may_serve())
    return;
  if (!input_.empty()) {
    serving_ = true;
    serve_lines();
    serving_ = false;
    if (!output_.empty())
      return flush();
  }
  close_if_done();
  wait_readable();
}

void connection::close() {
  if (std::exchange(closed_, true))
    return;
  error_code ignored;
  socket_.close(ignored);
  for (const auto& answer : std::exchange(unwritten_, {}))
    server_.release_leases(answer.leases);
  for (const auto& [number, request] : std::exchange(open_, {}))
    if (request.in)
      server_.release_leases(std::exchange(request.in->leases, {}));
  if (session_)
    caf::anon_send(session_, actors::connection_closed{});
  session_ = nullptr;
  server_.closed(shared_from_this());
}

} // namespace rota::daemon
