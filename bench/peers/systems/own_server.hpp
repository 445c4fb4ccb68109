#pragma once

#include "bench/common/child_process.hpp"
#include "bench/common/measure.hpp"
#include "bench/peers/client_load.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace rota::bench {

/// A server as a child process, on its own folder and a free port.
class own_server {
public:
  struct kind {
    std::function<std::vector<std::string>(const std::filesystem::path& folder, std::uint16_t port)>
        command;
    /// Returns whether the server answers. Without it, a server that accepts connections counts as
    /// ready.
    std::function<bool(std::uint16_t port)> serves;
  };

  own_server(std::filesystem::path folder, kind what, const stop_signal& stop)
      : folder_(std::move(folder)), kind_(std::move(what)), stop_(stop) {}

  /// Starts the server without data; ends a running one and deletes its data.
  void start_empty() {
    process_.reset();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    start();
  }
  /// Starts the server on its data; ends a running one.
  void start() {
    process_.reset();
    const auto port = free_port();
    process_ = std::make_unique<child_process>(kind_.command(folder_, port),
                                               (folder_ / "server.log").string(), stop_, port);
    while (kind_.serves && !kind_.serves(port))
      stop_.pause(std::chrono::milliseconds(1));
  }
  /// Sends SIGKILL, calls `await_end`, which waits for processes that this leaves behind, and
  /// starts the server. Returns the seconds until it answers.
  double restart(const std::function<void()>& await_end = {}) {
    const auto begin = std::chrono::steady_clock::now();
    process_->kill();
    if (await_end)
      await_end();
    start();
    return seconds_since(begin);
  }

  [[nodiscard]] bool is_started() const { return process_ != nullptr; }
  [[nodiscard]] std::uint16_t port() const { return process_->port(); }
  [[nodiscard]] int pid() const { return process_->pid(); }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

private:
  std::filesystem::path folder_;
  kind kind_;
  const stop_signal& stop_;
  std::unique_ptr<child_process> process_;
};

/// A system made of one such server, loaded by our own connections.
class served_peer : public driven_peer {
public:
  void prepare(const peer_shape& shape) override {
    set_shape(shape);
    server().start_empty();
  }
  double restart() override { return server_.restart(); }
  [[nodiscard]] std::vector<int> processes() const override { return {server_.pid()}; }

protected:
  served_peer(peer_traits traits, std::filesystem::path folder, own_server::kind what,
              const stop_signal& stop)
      : driven_peer(std::move(traits)),
        stop_(stop),
        server_(std::move(folder), std::move(what), stop) {}

  [[nodiscard]] const stop_signal& stop() const { return stop_; }
  [[nodiscard]] own_server& server() { return server_; }
  [[nodiscard]] const own_server& server() const { return server_; }

private:
  const stop_signal& stop_;
  own_server server_;
};

} // namespace rota::bench
