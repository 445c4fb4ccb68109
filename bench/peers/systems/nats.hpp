#pragma once

#include "bench/peers/systems/own_server.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace rota::bench {

enum class nats_answer : std::uint8_t {
  nothing, ///< Nothing has ended with this line.
  message, ///< One has come; see `reply_to()` and `body()`.
  status,  ///< A message of headers only: no more messages for a pull.
  ping,    ///< To be answered.
};

/// Reads what a NATS server says on one connection, line by line.
class nats_answers {
public:
  /// `line` is without its line feed. Throws with the text of a refusal.
  nats_answer take(std::string_view line);

  /// Where the last message's answer goes; empty when it wants none.
  [[nodiscard]] std::string_view reply_to() const { return reply_to_; }
  /// The last line of the last message; valid as long as the line that was given.
  [[nodiscard]] std::string_view body() const { return body_; }

private:
  void begin_message(std::string_view words);

  std::string reply_to_;
  std::string_view body_;
  std::size_t bytes_left_ = 0; ///< Of the message that is being read, its line ends included.
  bool has_headers_ = false;
};

/// Who chooses among the tenants' subjects.
enum class nats_consumers : std::uint8_t {
  one,         ///< Nobody: one durable consumer takes the oldest first.
  each_tenant, ///< The clients, who go round the durable consumers of the tenants.
};

/// A work queue of NATS JetStream in a file, with a subject for each tenant.
class nats : public served_peer {
public:
  nats(std::filesystem::path folder, nats_consumers consumers, const stop_signal& stop);

  void prepare(const peer_shape& shape) override;
  [[nodiscard]] std::unique_ptr<peer_clients> connect(std::size_t connections,
                                                      std::size_t batch) override;

private:
  void make_stream();

  nats_consumers consumers_;
};

} // namespace rota::bench
