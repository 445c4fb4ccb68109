#include "cmd/rotad/console/console_child.hpp"

#include "system/spawn.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <poll.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <unordered_map>
#include <utility>
#include <vector>

namespace rota::daemon {
namespace {

namespace asio = boost::asio;
using asio::local::stream_protocol;
using boost::system::error_code;
using console::port_message;

constexpr std::chrono::milliseconds start_timeout{10'000};
constexpr std::chrono::milliseconds backoff_min{100};
constexpr std::chrono::milliseconds backoff_max{5'000};

/// For log messages: "signal 11", "status 1".
std::string text_of(const system::process_end& end) {
  return (end.by_signal ? "signal " : "status ") + std::to_string(end.code);
}

} // namespace

struct console_child::process {
  process(asio::io_context& io, std::size_t params_bytes_max)
      : socket(io), messages(params_bytes_max) {}

  system::child running;
  stream_protocol::socket socket;
  console::port_message_reader messages;
  std::array<char, 65'536> buffer{};
  /// Our request numbers to the process's.
  std::unordered_map<std::uint64_t, std::uint64_t> numbers;
  std::string output;
  std::string writing;
};

console_child::console_child(asio::io_context& io, console_options where,
                             std::filesystem::path program, std::size_t params_bytes_max,
                             serve_request serve)
    : io_(io),
      where_(std::move(where)),
      program_(std::move(program)),
      params_bytes_max_(params_bytes_max),
      serve_(std::move(serve)),
      restart_timer_(io) {}

console_child::~console_child() { close(); }

std::optional<std::string> console_child::start() {
  auto error = spawn();
  if (!error)
    error = wait_until_listening();
  if (error)
    return "cannot listen for consoles on " + where_.listen.host + ":" + where_.listen.port + ": " +
           *error;
  read_next();
  return std::nullopt;
}

std::optional<std::string> console_child::spawn() {
  auto fresh = std::make_shared<process>(io_, params_bytes_max_);
  stream_protocol::socket theirs{io_};
  asio::local::connect_pair(fresh->socket, theirs);
  std::vector<std::string> words{program_.string(), where_.listen.host, where_.listen.port,
                                 std::to_string(params_bytes_max_)};
  if (where_.tls)
    words.insert(words.end(), {where_.tls->certificate, where_.tls->key, where_.tls->ca});
  static_assert(console::port_descriptor == 3);
  system::program program;
  program.words = std::move(words);
  program.more = {theirs.native_handle()};
  auto started = system::spawn(std::move(program));
  if (!started)
    return started.error().text();
  fresh->running = std::move(*started);
  process_ = std::move(fresh);
  return std::nullopt;
}

std::optional<std::string> console_child::wait_until_listening() {
  const auto end = std::chrono::steady_clock::now() + start_timeout;
  while (address_.empty()) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end - std::chrono::steady_clock::now());
    pollfd entry{process_->socket.native_handle(), POLLIN, 0};
    if (left.count() <= 0 || ::poll(&entry, 1, static_cast<int>(left.count())) <= 0)
      return "rota-console-port did not start in time";
    error_code error;
    const auto count = process_->socket.read_some(asio::buffer(process_->buffer), error);
    if (error)
      return "rota-console-port ended with " + text_of(process_->running.reap());
    process_->messages.put({process_->buffer.data(), count});
    const auto message = process_->messages.next();
    if (message && message->what == port_message::kind::failed)
      return message->text;
    if (message)
      address_ = message->text;
  }
  // Keeps the port across restarts.
  where_.listen.port = address_.substr(address_.rfind(':') + 1);
  return std::nullopt;
}

void console_child::read_next() {
  process_->socket.async_read_some(
      asio::buffer(process_->buffer),
      [this, p = process_](const error_code& error, std::size_t count) {
        if (p != process_)
          return; // it was closed
        if (error)
          return ended();
        p->messages.put({p->buffer.data(), count});
        while (auto message = p->messages.next())
          if (!handle(*message))
            return ended();
        if (p->messages.broken())
          return ended();
        read_next();
      });
}

/// Returns false for a message that a working process never sends.
bool console_child::handle(port_message& message) {
  switch (message.what) {
  case port_message::kind::listening: backoff_ = {}; return true;
  case port_message::kind::failed:
    spdlog::warn("cannot listen for consoles on {}: {}", address_, message.text);
    return true;
  case port_message::kind::answer: return false;
  case port_message::kind::request: break;
  }
  if (process_->numbers.size() >= console::open_requests_max)
    return false;
  process_->numbers.emplace(++last_number_, message.number);
  message.number = last_number_;
  serve_(message);
  return true;
}

void console_child::answer(port_message what) {
  if (!process_)
    return;
  const auto found = process_->numbers.extract(what.number);
  if (found.empty())
    return;
  what.number = found.mapped();
  process_->output += console::to_bytes(what);
  if (process_->writing.empty())
    write_next();
}

void console_child::write_next() {
  process_->writing = std::exchange(process_->output, {});
  asio::async_write(process_->socket, asio::buffer(process_->writing),
                    [this, p = process_](const error_code& error, std::size_t) {
                      p->writing.clear();
                      if (!error && p == process_ && !p->output.empty())
                        write_next();
                    });
}

void console_child::ended() {
  auto gone = std::move(process_->running);
  gone.signal(SIGKILL); // a process that is still running is broken
  process_.reset();
  backoff_ = std::min(std::max(backoff_ * 2, backoff_min), backoff_max);
  spdlog::warn("rota-console-port ended with {}, restarting it in {} ms", text_of(gone.reap()),
               backoff_.count());
  start_again();
}

void console_child::start_again() {
  restart_timer_.expires_after(backoff_);
  restart_timer_.async_wait([this](const error_code& stopped) {
    if (stopped)
      return;
    if (const auto error = spawn()) {
      spdlog::warn("{}", *error);
      backoff_ = backoff_max;
      return start_again();
    }
    read_next();
  });
}

void console_child::close() {
  restart_timer_.cancel();
  if (const auto last = std::exchange(process_, {}))
    last->running = {}; // kills it; it has no state to save
}

} // namespace rota::daemon
