#include "cmd/rotad/server.hpp"

#include "cmd/rotad/gate_sink.hpp"

#include <algorithm>

namespace rota::daemon {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t scratch_bytes = 256 * 1024;

} // namespace

server::server(asio::io_context& io, const options& o)
    : io_(io),
      options_(o),
      port_(io, "a connection", [this](tcp::socket socket) { on_accepted(std::move(socket)); }),
      idle_timer_(io),
      gate_(io, [this](std::vector<outgoing_message>& batch) { deliver(batch); }),
      scratch_(scratch_bytes),
      checker_(json_limits{o.wire.max_depth}) {}

std::optional<std::string> server::listen() { return port_.bind(options_.listen); }

std::string server::address() const { return to_text(port_.where()); }

// -- runtimes -------------------------------------------------------------------------------------

std::optional<std::string> server::attach(std::shared_ptr<actors::engine_runtime> runtime,
                                          std::uint64_t epoch) {
  runtime_ = std::move(runtime);
  epoch_ = epoch;
  const auto connections = connections_;
  for (const auto& c : connections)
    c->attach();
  if (std::exchange(accepting_, true))
    return std::nullopt;
  return port_.open();
}

void server::detach() {
  runtime_.reset();
  const auto connections = connections_;
  for (const auto& c : connections)
    c->detach();
}

// -- connections ----------------------------------------------------------------------------------

void server::on_accepted(tcp::socket socket) {
  if (connections_.size() >= options_.wire.max_connections) {
    ++counters_.refused;
    std::string text;
    wire::write_failure(
        text, "null",
        wire::failure(
            wire::error_kind::unavailable,
            "too many connections: max_connections is reached; close one or raise the limit"));
    text += '\n';
    error_code ignored;
    socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(text), ignored);
    return;
  }
  const auto c = std::make_shared<connection>(std::move(socket), *this);
  connections_.insert(c);
  ++counters_.accepted;
  counters_.open = connections_.size();
  c->start();
}

void server::closed(const std::shared_ptr<connection>& c) {
  connections_.erase(c);
  counters_.open = connections_.size();
}

std::shared_ptr<actors::answer_sink> server::sink_for(std::shared_ptr<connection> c) {
  return std::make_shared<gate_sink>(gate_, epoch_, std::move(c), options_.durability);
}

void server::release_leases(const std::vector<engine::attempt_id>& leases) {
  if (runtime_ && !leases.empty())
    runtime_->release_leases(leases);
}

void server::deliver(std::vector<outgoing_message>& batch) {
  std::vector<std::shared_ptr<answer_receiver>> touched;
  for (auto& answer : batch) {
    answer.to->deliver(answer);
    if (touched.empty() || touched.back() != answer.to)
      touched.push_back(answer.to);
  }
  for (const auto& c : touched)
    c->flush();
}

// -- shutdown -------------------------------------------------------------------------------------

void server::stop(std::chrono::milliseconds timeout, std::function<void()> done) {
  stopping_ = true;
  on_stopped_ = std::move(done);
  stop_deadline_ = std::chrono::steady_clock::now() + timeout;
  port_.close();
  wait_for_idle();
}

/// Polls every few milliseconds, which is acceptable once in the daemon's life.
void server::wait_for_idle() {
  const bool idle = std::all_of(connections_.begin(), connections_.end(),
                                [](const auto& c) { return c->idle(); });
  if (idle || std::chrono::steady_clock::now() >= stop_deadline_)
    return on_stopped_();
  idle_timer_.expires_after(std::chrono::milliseconds{5});
  idle_timer_.async_wait([this](const error_code&) { wait_for_idle(); });
}

void server::close_all() {
  const auto connections = connections_;
  for (const auto& c : connections)
    c->close();
}

} // namespace rota::daemon
