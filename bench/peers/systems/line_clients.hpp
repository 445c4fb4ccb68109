#pragma once

#include "bench/common/client.hpp"
#include "bench/peers/peer.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rota::bench {

/// The state of a connection to a system that answers in lines.
struct line_connection {
  enum class step : std::uint8_t { pushing, popping, completing };

  step doing = step::pushing;
  std::size_t awaited = 0; ///< Answers still to come.
  std::size_t jobs = 0;    ///< Jobs in the answers so far.
  std::string completion;  ///< The request that completes the last pop.
  std::vector<std::uint32_t> tenants;
};

/// Clients of a system that answers in lines. A Connection is a line_connection.
template <class Connection>
class line_clients : public peer_clients {
public:
  line_clients(std::uint16_t port, std::size_t connections, std::size_t batch,
               const stop_signal& stop)
      : loop_(port, connections, stop), batch_(batch), connections_(connections) {}

  [[nodiscard]] std::size_t size() const override { return loop_.size(); }
  [[nodiscard]] const std::vector<std::uint32_t>& tenants(std::size_t index) const override {
    return connections_[index].tenants;
  }
  void complete(std::size_t index) override {
    const auto& on = connections_[index];
    send_request(index, step::completing, on.jobs, on.completion);
  }
  bool poll(std::chrono::nanoseconds timeout, const done_handler& done) override {
    return loop_.poll(timeout, [&](std::size_t index, std::string_view line) {
      if (const auto jobs = receive_line(index, line))
        done(index, *jobs);
    });
  }

protected:
  using step = line_connection::step;

  /// Receives each line without its end. Returns the number of jobs if the line ends the request in
  /// flight.
  virtual std::optional<std::size_t> receive_line(std::size_t index, std::string_view line) = 0;

  /// Sends a request that gets `answers` answers.
  void send_request(std::size_t index, step what, std::size_t answers, std::string_view text) {
    auto& on = connections_[index];
    on.doing = what;
    on.awaited = answers;
    on.jobs = 0;
    if (what == step::popping)
      on.tenants.clear();
    loop_.send(index, text);
  }
  /// Counts an answer. Returns the number of jobs of the whole request if it was the last one.
  static std::optional<std::size_t> count_answer(Connection& on) {
    return --on.awaited == 0 ? std::optional(on.jobs) : std::nullopt;
  }

  client_loop& loop() { return loop_; }
  [[nodiscard]] std::size_t batch() const { return batch_; }
  Connection& at(std::size_t index) { return connections_[index]; }

private:
  client_loop loop_;
  std::size_t batch_;
  std::vector<Connection> connections_;
};

} // namespace rota::bench
