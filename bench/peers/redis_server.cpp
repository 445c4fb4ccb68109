#include "bench/peers/redis_server.hpp"

#include "bench/common/client_loop.hpp"

#include <string>
#include <utility>
#include <vector>

namespace rota::bench {

redis_server::redis_server(std::filesystem::path folder, const stop_signal& stop)
    : folder_(std::move(folder)), stop_(stop) {}

void redis_server::start() {
  const auto port = free_port();
  const std::vector<std::string> command{"/usr/bin/redis-server",
                                         "--port",
                                         std::to_string(port),
                                         "--bind",
                                         "127.0.0.1",
                                         "--save",
                                         "",
                                         "--appendonly",
                                         "yes",
                                         "--appendfsync",
                                         "always",
                                         "--dir",
                                         folder_.string()};
  process_ =
      std::make_unique<child_process>(command, (folder_ / "redis.log").string(), stop_, port);
  // While it loads its data it takes connections and refuses commands.
  client_loop client(port, 1, stop_);
  while (!client.call(0, "PING\r\n").starts_with("+PONG")) {
    stop_.pause(std::chrono::milliseconds(1));
  }
}

void redis_server::start_empty() {
  process_.reset();
  std::filesystem::remove_all(folder_);
  std::filesystem::create_directories(folder_);
  start();
}

double redis_server::restart() {
  const auto begin = std::chrono::steady_clock::now();
  process_->kill();
  start();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

} // namespace rota::bench
