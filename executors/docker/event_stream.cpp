#include "executors/docker/event_stream.hpp"

#include "executors/docker/engine_text.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>

namespace rota::executors::docker {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using std::chrono::milliseconds;

constexpr milliseconds first_pause{100};
constexpr milliseconds longest_pause{10'000};

/// An event is a much shorter line.
constexpr std::size_t event_bytes_max = 65'536;

} // namespace

class event_stream::reader {
public:
  reader(std::string socket, std::string target, hint_function hint)
      : socket_(std::move(socket)), target_(std::move(target)), hint_(std::move(hint)) {
    asio::co_spawn(context_, follow(), asio::detached);
    thread_ = std::thread([this] { context_.run(); });
  }
  ~reader() {
    context_.stop();
    thread_.join();
  }
  reader(const reader&) = delete;
  reader& operator=(const reader&) = delete;

private:
  asio::awaitable<void> follow() {
    asio::steady_timer timer{context_};
    milliseconds pause = first_pause;
    while (true) {
      bool connected = false;
      try {
        co_await read_events(connected);
      } catch (const std::exception&) { // the engine is down; list() reports that
      }
      pause = connected ? first_pause : std::min(pause * 2, longest_pause);
      timer.expires_after(pause);
      co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    }
  }

  asio::awaitable<void> read_events(bool& connected) {
    asio::local::stream_protocol::socket socket{context_};
    co_await socket.async_connect(asio::local::stream_protocol::endpoint{socket_},
                                  asio::use_awaitable);
    http::request<http::empty_body> request{http::verb::get, target_, 11};
    request.set(http::field::host, "engine");
    co_await http::async_write(socket, request, asio::use_awaitable);
    beast::flat_buffer buffer;
    http::response_parser<http::buffer_body> parser;
    parser.body_limit(boost::none);
    co_await http::async_read_header(socket, buffer, parser, asio::use_awaitable);
    if (parser.get().result() != http::status::ok)
      co_return;
    connected = true;
    hint_({}); // earlier events are not repeated
    co_await read_body(socket, buffer, parser);
  }

  asio::awaitable<void> read_body(asio::local::stream_protocol::socket& socket,
                                  beast::flat_buffer& buffer,
                                  http::response_parser<http::buffer_body>& parser) {
    std::array<char, 4096> piece;
    std::string events;
    while (!parser.is_done()) {
      auto& body = parser.get().body();
      body.data = piece.data();
      body.size = piece.size();
      body.more = true;
      const auto [error, bytes] = co_await http::async_read_some(
          socket, buffer, parser, asio::as_tuple(asio::use_awaitable));
      if (error && error != http::error::need_buffer)
        co_return;
      events.append(piece.data(), piece.size() - parser.get().body().size);
      take_events(events);
    }
  }

  /// Removes and handles whole lines of `events`.
  void take_events(std::string& events) {
    std::size_t from = 0;
    for (std::size_t end; (end = events.find('\n', from)) != std::string::npos; from = end + 1)
      if (const auto attempt = read_death(events.substr(from, end - from)))
        hint_(*attempt);
    events.erase(0, from);
    if (events.size() > event_bytes_max)
      events.clear();
  }

  const std::string socket_;
  const std::string target_;
  const hint_function hint_;
  asio::io_context context_{1};
  std::thread thread_;
};

event_stream::event_stream(std::string socket, std::string target, hint_function hint)
    : reader_(std::make_unique<reader>(std::move(socket), std::move(target), std::move(hint))) {}
event_stream::~event_stream() = default;

} // namespace rota::executors::docker
