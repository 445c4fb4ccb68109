#include "cmd/rotad/server.hpp"

#include "cmd/protocol/answers_operations.hpp"
#include "cmd/rotad/version.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace rota::daemon {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t scratch_bytes = 256 * 1024;
/// How long accepting rests when the system has no descriptors left.
constexpr std::chrono::milliseconds accept_rest{100};

std::string_view name_of(persistence::durability level) {
  switch (level) {
  case persistence::durability::fsync: return "fsync";
  case persistence::durability::os: return "os";
  case persistence::durability::memory: break;
  }
  return "memory";
}

/// Formats on the actor's thread and hands the text to the gate.
class gate_sink final : public actors::answer_sink {
public:
  gate_sink(answer_gate& gate, std::uint64_t epoch, std::shared_ptr<connection> to,
            std::string_view durability)
      : gate_(gate), epoch_(epoch), to_(std::move(to)), durability_(durability) {}

  void answer(std::uint64_t request, actors::reply what, engine::position position) override {
    outgoing out{to_, request, 0, format(what, durability_), {}};
    if (const auto* pop = std::get_if<actors::pop_reply>(&what))
      for (const auto& lease : pop->leases)
        out.leases.push_back(lease.id);
    gate_.put(epoch_, position, std::move(out));
  }

  void notify(actors::job_event what, engine::position position) override {
    gate_.put(epoch_, position, {to_, 0, what.subscription, format_event(what), {}});
  }

private:
  answer_gate& gate_;
  std::uint64_t epoch_;
  std::shared_ptr<connection> to_;
  std::string_view durability_;
};

} // namespace

server::server(asio::io_context& io, const options& o)
    : io_(io),
      options_(o),
      acceptor_(io),
      pause_(io),
      gate_(io, [this](std::vector<outgoing>& batch) { release(batch); }),
      scratch_(scratch_bytes),
      checker_(json_limits{o.wire.max_depth}) {}

std::optional<std::string> server::listen() {
  error_code error;
  const auto& where = options_.listen;
  const auto found = tcp::resolver{io_}.resolve(where.host, where.port, error);
  if (error)
    return "can't resolve " + where.host + ":" + where.port + ": " + error.message();
  const auto endpoint = found.begin()->endpoint();
  acceptor_.open(endpoint.protocol(), error);
  acceptor_.set_option(tcp::acceptor::reuse_address{true}, error);
  acceptor_.bind(endpoint, error);
  if (error)
    return "can't listen on " + where.host + ":" + where.port + ": " + error.message();
  return std::nullopt;
}

std::string server::address() const {
  const auto endpoint = acceptor_.local_endpoint();
  const auto host = endpoint.address().to_string();
  return (endpoint.address().is_v6() ? "[" + host + "]" : host) + ":" +
         std::to_string(endpoint.port());
}

// -- rooms ----------------------------------------------------------------------------------------

std::optional<std::string> server::enter(std::shared_ptr<actors::engine_room> room,
                                         std::uint64_t epoch) {
  room_ = std::move(room);
  epoch_ = epoch;
  const auto connections = connections_;
  for (const auto& c : connections)
    c->enter_room();
  if (std::exchange(accepting_, true))
    return std::nullopt;
  error_code error;
  acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error)
    return "can't listen on " + address() + ": " + error.message();
  accept();
  return std::nullopt;
}

void server::leave() {
  room_.reset();
  const auto connections = connections_;
  for (const auto& c : connections)
    c->leave_room();
}

// -- connections ----------------------------------------------------------------------------------

void server::accept() {
  acceptor_.async_accept([this](const error_code& error, tcp::socket socket) {
    if (error == asio::error::operation_aborted)
      return;
    if (!error) {
      take(std::move(socket));
      return accept();
    }
    spdlog::warn("can't accept a connection: {}", error.message());
    pause_.expires_after(accept_rest);
    pause_.async_wait([this](const error_code& stopped) {
      if (!stopped)
        accept();
    });
  });
}

void server::take(tcp::socket socket) {
  if (connections_.size() >= options_.wire.max_connections) {
    std::string text;
    protocol::write_failure(
        text, "null",
        protocol::failure(protocol::error_kind::unavailable,
                          "max_connections are open; close one or raise the limit"));
    text += '\n';
    error_code ignored;
    socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(text), ignored);
    return;
  }
  connection_host& host = *this;
  const auto c = std::make_shared<connection>(std::move(socket), host);
  connections_.insert(c);
  c->start();
}

void server::closed(const std::shared_ptr<connection>& c) { connections_.erase(c); }

std::shared_ptr<actors::answer_sink> server::sink_for(std::shared_ptr<connection> c) {
  return std::make_shared<gate_sink>(gate_, epoch_, std::move(c), name_of(options_.durability));
}

void server::give_back(const std::vector<engine::attempt_id>& leases) {
  if (room_ && !leases.empty())
    room_->give_back(leases);
}

void server::release(std::vector<outgoing>& batch) {
  std::vector<std::shared_ptr<connection>> touched;
  for (auto& answer : batch) {
    answer.to->deliver(answer);
    if (touched.empty() || touched.back() != answer.to)
      touched.push_back(answer.to);
  }
  for (const auto& c : touched)
    c->flush();
}

std::string server::info() const {
  std::string text;
  json_writer out{text};
  const auto limits = limits_of(options_);
  protocol::write_server(
      out, {version, name_of(options_.durability), room_->started(), room_->draining(), limits});
  return text;
}

// -- the end --------------------------------------------------------------------------------------

void server::stop(std::chrono::milliseconds patience, std::function<void()> done) {
  stopping_ = true;
  stopped_ = std::move(done);
  stop_by_ = std::chrono::steady_clock::now() + patience;
  error_code ignored;
  acceptor_.close(ignored);
  wait_for_idle();
}

/// Looks again every few milliseconds: this happens once in a daemon's life.
void server::wait_for_idle() {
  const bool idle = std::all_of(connections_.begin(), connections_.end(),
                                [](const auto& c) { return c->idle(); });
  if (idle || std::chrono::steady_clock::now() >= stop_by_)
    return stopped_();
  pause_.expires_after(std::chrono::milliseconds{5});
  pause_.async_wait([this](const error_code&) { wait_for_idle(); });
}

void server::close_all() {
  const auto connections = connections_;
  for (const auto& c : connections)
    c->close();
}

} // namespace rota::daemon
