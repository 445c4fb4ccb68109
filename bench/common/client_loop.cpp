#include "bench/common/client_loop.hpp"

#include "bench/common/system_failure.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace rota::bench {

namespace {

constexpr std::size_t read_size = 256 * 1024;

int connect_to(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) {
    throw system_failure("socket");
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    const auto failure = system_failure("can't connect to 127.0.0.1:" + std::to_string(port));
    close(socket);
    throw failure;
  }
  const int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  fcntl(socket, F_SETFL, fcntl(socket, F_GETFL) | O_NONBLOCK);
  return socket;
}

} // namespace

client_loop::client_loop(std::uint16_t port, std::size_t connections, const stop_signal& stop)
    : connections_(connections), watch_(stop) {
  for (std::size_t index = 0; index < connections; ++index) {
    connections_[index].socket = connect_to(port);
    watch_.add(index, connections_[index].socket);
  }
}

client_loop::~client_loop() {
  for (const auto& connection : connections_) {
    if (connection.socket >= 0) {
      close(connection.socket);
    }
  }
}

void client_loop::send(std::size_t index, std::string_view text) {
  auto& connection = connections_[index];
  if (!connection.out.empty()) {
    connection.out.append(text);
    return;
  }
  const auto sent = ::send(connection.socket, text.data(), text.size(), MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN) {
    throw system_failure("send");
  }
  const auto taken = sent < 0 ? 0 : static_cast<std::size_t>(sent);
  if (taken < text.size()) {
    connection.out.assign(text.substr(taken));
    connection.out_sent = 0;
    watch_.want_room(index, connection.socket, true);
  }
}

void client_loop::flush(std::size_t index) {
  auto& connection = connections_[index];
  const auto left = connection.out.size() - connection.out_sent;
  const auto sent =
      ::send(connection.socket, connection.out.data() + connection.out_sent, left, MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN) {
    throw system_failure("send");
  }
  connection.out_sent += sent < 0 ? 0 : static_cast<std::size_t>(sent);
  if (connection.out_sent == connection.out.size()) {
    connection.out.clear();
    watch_.want_room(index, connection.socket, false);
  }
}

void client_loop::receive(std::size_t index, const line_handler& on_line) {
  auto& connection = connections_[index];
  if (connection.in.size() - connection.in_used < read_size) {
    connection.in.resize(connection.in_used + 2 * read_size);
  }
  const auto size = ::recv(connection.socket, connection.in.data() + connection.in_used,
                           connection.in.size() - connection.in_used, 0);
  if (size == 0) {
    throw std::runtime_error("the server closed a connection");
  }
  if (size < 0) {
    if (errno == EAGAIN || errno == EINTR) {
      return;
    }
    throw system_failure("recv");
  }
  connection.in_used += static_cast<std::size_t>(size);
  const char* const text = connection.in.data();
  std::size_t begin = 0;
  while (const void* end = std::memchr(text + connection.in_scanned, '\n',
                                       connection.in_used - connection.in_scanned)) {
    const auto stop = static_cast<std::size_t>(static_cast<const char*>(end) - text);
    on_line(index, std::string_view(text + begin, stop - begin));
    begin = connection.in_scanned = stop + 1;
  }
  if (begin > 0) {
    std::memmove(connection.in.data(), text + begin, connection.in_used - begin);
    connection.in_used -= begin;
  }
  connection.in_scanned = connection.in_used;
}

bool client_loop::poll(std::chrono::nanoseconds patience, const line_handler& on_line) {
  return watch_.wait(
      patience, [this](std::size_t index) { flush(index); },
      [&](std::size_t index) { receive(index, on_line); });
}

std::string_view client_loop::call(std::size_t index, std::string_view text,
                                   std::chrono::seconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  send(index, text);
  bool answered = false;
  const line_handler keep = [&](std::size_t, std::string_view line) {
    answer_.assign(line);
    answered = true;
  };
  while (!answered) {
    const auto left = deadline - std::chrono::steady_clock::now();
    if (left.count() <= 0) {
      throw std::runtime_error("the server didn't answer in time");
    }
    poll(left, keep);
  }
  return answer_;
}

} // namespace rota::bench
