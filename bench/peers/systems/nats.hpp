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
  nothing, ///< The line ends nothing.
  message, ///< A whole message; see `reply_to()` and `body()`.
  status,  ///< A message with only headers: the pull gets no more messages.
  ping,    ///< Needs an answer.
};

/// Parses the output of a NATS server on one connection, line by line.
class nats_answers {
public:
  /// `line` is without its line feed. Throws with the text of a refusal.
  nats_answer take(std::string_view line);

  /// The subject for the last message's answer; empty if it expects none.
  [[nodiscard]] std::string_view reply_to() const { return reply_to_; }
  /// The last line of the last message; valid as long as the line passed to take().
  [[nodiscard]] std::string_view body() const { return body_; }

private:
  void begin_message(std::string_view words);

  std::string reply_to_;
  std::string_view body_;
  std::size_t bytes_left_ = 0; ///< Bytes left of the current message, line ends included.
  bool has_headers_ = false;
};

/// Who chooses among the tenants' subjects.
enum class nats_consumers : std::uint8_t {
  one,         ///< Nobody: one durable consumer takes the oldest first.
  each_tenant, ///< The clients, which use the tenants' durable consumers in turn.
};

/// A work queue of NATS JetStream in a file, with a subject for each tenant.
class nats : public served_peer {
public:
  nats(peer_traits traits, std::filesystem::path folder, nats_consumers consumers,
       const stop_signal& stop);

  void prepare(const peer_shape& shape) override;
  [[nodiscard]] std::unique_ptr<peer_clients> connect(std::size_t connections,
                                                      std::size_t batch) override;

private:
  void make_stream();

  nats_consumers consumers_;
};

} // namespace rota::bench
