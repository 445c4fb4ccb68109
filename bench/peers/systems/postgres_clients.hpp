#pragma once

#include "bench/common/client.hpp"
#include "bench/common/messages.hpp"
#include "bench/peers/peer.hpp"

#include <libpq-fe.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace rota::bench {

/// The statements of a queue in SQL, each prepared once on each connection.
struct postgres_statements {
  std::string push; ///< $1 is a tenant, $2 an array of payloads.
  std::string pop;  ///< $1 is the maximum number of jobs; returns ids, tenants and payloads.
  std::string complete = "DELETE FROM jobs WHERE id = ANY($1::bigint[])";
};

struct end_connection {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
using postgres_connection = std::unique_ptr<PGconn, end_connection>;

/// Connects; throws with the server's message.
[[nodiscard]] postgres_connection connect_postgres(const std::string& address);
/// Runs commands, separated by semicolons; throws with the server's message.
void run_sql(PGconn* connection, const std::string& commands);

/// Connections to PostgreSQL, each with one statement in flight.
class postgres_clients : public peer_clients {
public:
  postgres_clients(const std::string& address, std::size_t connections,
                   const postgres_statements& statements, std::size_t batch,
                   const stop_signal& stop);

  [[nodiscard]] std::size_t size() const override { return connections_.size(); }
  void push(std::size_t connection, std::uint32_t tenant) override;
  void pop(std::size_t connection, std::uint32_t turn) override;
  void complete(std::size_t connection) override;
  [[nodiscard]] const std::vector<std::uint32_t>& tenants(std::size_t connection) const override {
    return connections_[connection].tenants;
  }
  bool poll(std::chrono::nanoseconds timeout, const done_handler& done) override;

private:
  struct connection {
    postgres_connection link;
    std::string ids; ///< The jobs of the last pop, as an SQL array.
    std::vector<std::uint32_t> tenants;
    bool popping = false;
    bool flushing = false;
    std::size_t jobs = 0; ///< Rows affected by the statement in flight.
  };

  void send(std::size_t index, const char* statement, std::initializer_list<const char*> values);
  void flush(std::size_t index);
  /// Returns true if the statement in flight has ended.
  bool receive(std::size_t index);
  void take_result(connection& on, const PGresult* result);

  std::vector<connection> connections_;
  tenant_text payloads_;
  std::string batch_;
  socket_watch watch_;
};

} // namespace rota::bench
