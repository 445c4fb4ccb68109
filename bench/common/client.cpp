#include "bench/common/client.hpp"

#include "bench/common/measure.hpp"
#include "bench/common/system_calls.hpp"

#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <vector>

namespace rota::bench {

namespace {

constexpr std::uint64_t signal_mark = ~std::uint64_t{0};

void control(int epoll, int operation, int descriptor, std::uint32_t events, std::uint64_t mark) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = mark;
  if (epoll_ctl(epoll, operation, descriptor, &event) != 0)
    throw system_failure("epoll_ctl");
}

constexpr std::size_t read_size = 256 * 1024;

system::descriptor connect_to(std::uint16_t port) {
  auto made = tcp_socket();
  const auto address = loopback_address(port);
  if (connect(made.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw system_failure("cannot connect to 127.0.0.1:" + std::to_string(port));
  const int on = 1;
  setsockopt(made.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  fcntl(made.get(), F_SETFL, fcntl(made.get(), F_GETFL) | O_NONBLOCK);
  return made;
}

} // namespace

socket_watch::socket_watch(const stop_signal& stop) : epoll_(epoll_create1(EPOLL_CLOEXEC)) {
  if (!epoll_.is_open())
    throw system_failure("epoll_create1");
  control(epoll_.get(), EPOLL_CTL_ADD, stop.descriptor(), EPOLLIN, signal_mark);
}

void socket_watch::add(std::size_t index, int socket) const {
  control(epoll_.get(), EPOLL_CTL_ADD, socket, EPOLLIN, index);
}

void socket_watch::watch_writable(std::size_t index, int socket, bool wanted) const {
  control(epoll_.get(), EPOLL_CTL_MOD, socket, wanted ? EPOLLIN | EPOLLOUT : EPOLLIN, index);
}

bool socket_watch::wait(std::chrono::nanoseconds timeout, const handler& writable,
                        const handler& readable) const {
  const auto nanoseconds = std::max<std::int64_t>(timeout.count(), 0);
  const timespec wait{nanoseconds / 1'000'000'000, nanoseconds % 1'000'000'000};
  std::array<epoll_event, 256> events;
  const int count =
      epoll_pwait2(epoll_.get(), events.data(), static_cast<int>(events.size()), &wait, nullptr);
  if (count < 0 && errno != EINTR)
    throw system_failure("epoll_pwait2");
  for (int position = 0; position < count; ++position) {
    const auto& event = events[static_cast<std::size_t>(position)];
    if (event.data.u64 == signal_mark)
      throw stopped_by_signal();
    if ((event.events & EPOLLOUT) != 0)
      writable(event.data.u64);
    if ((event.events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
      readable(event.data.u64);
  }
  return count != 0;
}

client_loop::client_loop(std::uint16_t port, std::size_t connections, const stop_signal& stop)
    : connections_(connections), watch_(stop) {
  for (std::size_t index = 0; index < connections; ++index) {
    connections_[index].socket = connect_to(port);
    watch_.add(index, connections_[index].socket.get());
  }
}

void client_loop::send(std::size_t index, std::string_view text) {
  auto& connection = connections_[index];
  if (!connection.out.empty()) {
    connection.out.append(text);
    return;
  }
  const auto sent = ::send(connection.socket.get(), text.data(), text.size(), MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN)
    throw system_failure("send");
  const auto taken = sent < 0 ? 0 : static_cast<std::size_t>(sent);
  if (taken < text.size()) {
    connection.out.assign(text.substr(taken));
    connection.out_sent = 0;
    watch_.watch_writable(index, connection.socket.get(), true);
  }
}

void client_loop::flush(std::size_t index) {
  auto& connection = connections_[index];
  const auto left = connection.out.size() - connection.out_sent;
  const auto sent = ::send(connection.socket.get(), connection.out.data() + connection.out_sent,
                           left, MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN)
    throw system_failure("send");
  connection.out_sent += sent < 0 ? 0 : static_cast<std::size_t>(sent);
  if (connection.out_sent == connection.out.size()) {
    connection.out.clear();
    watch_.watch_writable(index, connection.socket.get(), false);
  }
}

void client_loop::receive(std::size_t index, const line_handler& on_line) {
  auto& connection = connections_[index];
  if (connection.in.size() - connection.in_used < read_size)
    connection.in.resize(connection.in_used + 2 * read_size);
  const auto size = ::recv(connection.socket.get(), connection.in.data() + connection.in_used,
                           connection.in.size() - connection.in_used, 0);
  if (size == 0)
    throw std::runtime_error("the server closed a connection");
  if (size < 0) {
    if (errno == EAGAIN || errno == EINTR)
      return;
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

bool client_loop::poll(std::chrono::nanoseconds timeout, const line_handler& on_line) {
  return watch_.wait(
      timeout, [this](std::size_t index) { flush(index); },
      [&](std::size_t index) { receive(index, on_line); });
}

std::string_view client_loop::call(std::size_t index, std::string_view text,
                                   std::chrono::seconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  send(index, text);
  bool answered = false;
  const line_handler keep = [&](std::size_t, std::string_view line) {
    answer_.assign(line);
    answered = true;
  };
  while (!answered) {
    const auto left = deadline - std::chrono::steady_clock::now();
    if (left.count() <= 0)
      throw std::runtime_error("the server did not answer in time");
    poll(left, keep);
  }
  return answer_;
}

line_load_result run_line_load(client_loop& clients, std::size_t bytes,
                               std::chrono::nanoseconds time) {
  using clock = std::chrono::steady_clock;
  const std::string line = std::string(bytes - 1, 'x') + '\n';
  std::vector<clock::time_point> sent(clients.size());
  line_load_result result;
  std::size_t outstanding = clients.size();
  std::uint64_t answered = 0;
  const auto begin = clock::now();
  const auto end = begin + time;
  for (std::size_t index = 0; index < clients.size(); ++index) {
    sent[index] = clock::now();
    clients.send(index, line);
  }
  auto last = begin;
  const client_loop::line_handler on_line = [&](std::size_t index, std::string_view) {
    last = clock::now();
    result.latency_ms.add(ms_between(sent[index], last));
    ++answered;
    if (last < end) {
      sent[index] = last;
      clients.send(index, line);
    } else {
      --outstanding;
    }
  };
  while (outstanding > 0)
    clients.poll(std::chrono::seconds(60), on_line);
  result.requests_per_second =
      static_cast<double>(answered) / std::chrono::duration<double>(last - begin).count();
  return result;
}

} // namespace rota::bench
