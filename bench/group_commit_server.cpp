// The yardstick: the cost of durable answers on this machine without any engine.
//
//   serve  one thread with epoll: reads lines, appends each to a file, syncs all that have gathered
//          with one fdatasync, then answers each of them with a line `ok`
//   load   N connections, each with one line in flight
//
// A scheduler that commits requests in groups cannot be faster than this with the same number of
// connections.

#include "bench/common/client.hpp"
#include "bench/common/measure.hpp"
#include "bench/common/program.hpp"
#include "bench/common/stop_signal.hpp"
#include "bench/common/system_calls.hpp"

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <vector>

namespace rota::bench {

namespace {

class group_commit_server {
public:
  group_commit_server(const std::string& file, std::uint16_t port)
      : file_(open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644)),
        listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)),
        epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    if (file_ < 0 || listener_ < 0 || epoll_ < 0)
      throw system_failure("cannot open " + file + " or a socket");
    const int on = 1;
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    auto address = loopback_address(port);
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        listen(listener_, 1024) != 0)
      throw system_failure("cannot listen");
    socklen_t size = sizeof address;
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    watch(listener_);
    std::printf("rota-group-commit-server: listening on 127.0.0.1:%d\n", ntohs(address.sin_port));
    std::fflush(stdout);
  }

  [[noreturn]] void run() {
    std::array<epoll_event, 256> events;
    while (true) {
      const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
      for (int place = 0; place < count; ++place) {
        const int descriptor = events[static_cast<std::size_t>(place)].data.fd;
        if (descriptor == listener_)
          accept_one();
        else
          gather(descriptor);
      }
      commit();
    }
  }

private:
  struct unanswered {
    int socket;
    std::size_t lines;
  };

  void watch(int descriptor) const {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = descriptor;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event);
  }

  void accept_one() const {
    const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket >= 0) {
      const int on = 1;
      setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      watch(socket);
    }
  }

  void gather(int socket) {
    const auto size = recv(socket, piece_.data(), piece_.size(), 0);
    if (size <= 0) {
      close(socket);
      return;
    }
    const auto end = piece_.begin() + size;
    group_.append(piece_.begin(), end);
    const auto lines = std::count(piece_.begin(), end, '\n');
    if (lines > 0)
      waiting_.push_back({socket, static_cast<std::size_t>(lines)});
  }

  void commit() {
    if (group_.empty())
      return;
    const auto written = write(file_, group_.data(), group_.size());
    if (written != static_cast<ssize_t>(group_.size()) || fdatasync(file_) != 0)
      throw system_failure("cannot commit");
    group_.clear();
    for (const auto& answer_to : waiting_) {
      answer_.clear();
      for (std::size_t line = 0; line < answer_to.lines; ++line)
        answer_ += "ok\n";
      send(answer_to.socket, answer_.data(), answer_.size(), MSG_NOSIGNAL);
    }
    waiting_.clear();
  }

  int file_;
  int listener_;
  int epoll_;
  std::array<char, 65536> piece_{};
  std::string group_;
  std::string answer_;
  std::vector<unanswered> waiting_;
};

void load(std::uint16_t port, std::size_t connections, std::size_t bytes, double seconds) {
  const stop_signal stop;
  client_loop clients(port, connections, stop);
  const auto result = run_line_load(clients, bytes, as_time(seconds));
  std::printf("%zu connections: %.0f requests/s, p50 %.3f ms, p99 %.3f ms\n", connections,
              result.requests_per_second, result.latency_ms.percentile(0.5),
              result.latency_ms.percentile(0.99));
}

int run(int count, char** arguments) {
  CLI::App app("A bare group-commit server, the yardstick of other measurements");
  app.require_subcommand(1);
  std::string file;
  std::uint16_t port = 0;
  std::size_t connections = 8;
  std::size_t bytes = 350;
  double seconds = 3;
  auto* const serve = app.add_subcommand("serve", "Answer each line once it is durable");
  serve->add_option("--file", file, "File to append to")->required();
  serve->add_option("--port", port, "Port to listen on; 0: the kernel chooses");
  auto* const client = app.add_subcommand("load", "Load a server");
  client->add_option("--port", port, "Port of the server")->required();
  client->add_option("--connections", connections, "Number of connections")
      ->check(CLI::Range(1, 10000));
  client->add_option("--bytes", bytes, "Bytes per line")->check(CLI::Range(2, 60000));
  client->add_option("--seconds", seconds, "Seconds of load");
  CLI11_PARSE(app, count, arguments);
  if (*serve)
    group_commit_server(file, port).run();
  load(port, connections, bytes, seconds);
  return 0;
}

} // namespace

} // namespace rota::bench

int main(int count, char** arguments) {
  return rota::bench::run_program("rota-group-commit-server",
                                  [&] { return rota::bench::run(count, arguments); });
}
