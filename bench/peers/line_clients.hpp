#pragma once

#include "bench/common/client_loop.hpp"
#include "bench/peers/clients.hpp"

#include <optional>
#include <string_view>

namespace rota::bench {

/// Clients of a system that answers in lines.
class line_clients : public peer_clients {
public:
  line_clients(std::uint16_t port, std::size_t connections, const stop_signal& stop)
      : loop_(port, connections, stop) {}

  [[nodiscard]] std::size_t size() const override { return loop_.size(); }
  bool poll(std::chrono::nanoseconds patience, const done_handler& done) override {
    return loop_.poll(patience, [&](std::size_t connection, std::string_view line) {
      if (const auto jobs = take_line(connection, line)) {
        done(connection, *jobs);
      }
    });
  }

protected:
  /// Gets each line without its end; the number of jobs when what was under way has ended with it.
  virtual std::optional<std::size_t> take_line(std::size_t connection, std::string_view line) = 0;

  client_loop& loop() { return loop_; }

private:
  client_loop loop_;
};

} // namespace rota::bench
