#include "bench/peers/systems/postgres_clients.hpp"

#include "bench/common/messages.hpp"

#include <charconv>
#include <stdexcept>
#include <string_view>

namespace rota::bench {

namespace {

std::runtime_error refusal(const PGconn* connection) {
  return std::runtime_error(std::string("PostgreSQL: ") + PQerrorMessage(connection));
}

struct clear_result {
  void operator()(PGresult* result) const { PQclear(result); }
};
using postgres_result = std::unique_ptr<PGresult, clear_result>;

void prepare(PGconn* connection, const char* name, const std::string& statement) {
  const postgres_result result(PQprepare(connection, name, statement.c_str(), 0, nullptr));
  if (PQresultStatus(result.get()) != PGRES_COMMAND_OK)
    throw refusal(connection);
}

/// An SQL array of payloads, none of which contains characters that need escaping.
tenant_text payload_array(std::size_t jobs) {
  tenant_text text;
  text.append("{");
  for (std::size_t job = 0; job < jobs; ++job)
    text.append_tenant().append_noise(payload_bytes - tenant_digits).append(",");
  text.replace_last('}');
  return text;
}

} // namespace

postgres_connection connect_postgres(const std::string& address) {
  postgres_connection connection(PQconnectdb(address.c_str()));
  if (PQstatus(connection.get()) != CONNECTION_OK)
    throw refusal(connection.get());
  return connection;
}

void run_sql(PGconn* connection, const std::string& commands) {
  const postgres_result result(PQexec(connection, commands.c_str()));
  const auto status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
    throw refusal(connection);
}

postgres_clients::postgres_clients(const std::string& address, std::size_t connections,
                                   const postgres_statements& statements, std::size_t batch,
                                   const stop_signal& stop)
    : connections_(connections),
      payloads_(payload_array(batch)),
      batch_(std::to_string(batch)),
      watch_(stop) {
  for (std::size_t index = 0; index < connections; ++index) {
    auto link = connect_postgres(address);
    prepare(link.get(), "push", statements.push);
    prepare(link.get(), "pop", statements.pop);
    prepare(link.get(), "complete", statements.complete);
    PQsetnonblocking(link.get(), 1);
    connections_[index].link = std::move(link);
    watch_.add(index, PQsocket(connections_[index].link.get()));
  }
}

void postgres_clients::send(std::size_t index, const char* statement,
                            std::initializer_list<const char*> values) {
  auto& on = connections_[index];
  on.jobs = 0;
  if (PQsendQueryPrepared(on.link.get(), statement, static_cast<int>(values.size()), values.begin(),
                          nullptr, nullptr, 0) != 1)
    throw refusal(on.link.get());
  flush(index);
}

void postgres_clients::flush(std::size_t index) {
  auto& on = connections_[index];
  const int left = PQflush(on.link.get());
  if (left < 0)
    throw refusal(on.link.get());
  if ((left == 1) != on.flushing) {
    on.flushing = left == 1;
    watch_.watch_writable(index, PQsocket(on.link.get()), on.flushing);
  }
}

void postgres_clients::push(std::size_t index, std::uint32_t tenant) {
  connections_[index].popping = false;
  send(index, "push", {std::to_string(tenant).c_str(), payloads_.for_tenant(tenant).data()});
}

void postgres_clients::pop(std::size_t index, std::uint32_t) {
  connections_[index].popping = true;
  send(index, "pop", {batch_.c_str()});
}

void postgres_clients::complete(std::size_t index) {
  connections_[index].popping = false;
  send(index, "complete", {connections_[index].ids.c_str()});
}

void postgres_clients::take_result(connection& on, const PGresult* result) {
  const auto status = PQresultStatus(result);
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
    throw refusal(on.link.get());
  if (!on.popping) {
    const std::string_view rows = PQcmdTuples(const_cast<PGresult*>(result));
    std::from_chars(rows.data(), rows.data() + rows.size(), on.jobs);
    return;
  }
  on.jobs = static_cast<std::size_t>(PQntuples(result));
  on.ids = "{";
  on.tenants.clear();
  for (int row = 0; row < PQntuples(result); ++row) {
    on.ids.append(PQgetvalue(result, row, 0)).append(",");
    const std::string_view digits = PQgetvalue(result, row, 1);
    std::from_chars(digits.data(), digits.data() + digits.size(), on.tenants.emplace_back());
  }
  on.ids.back() = '}';
}

bool postgres_clients::receive(std::size_t index) {
  auto& on = connections_[index];
  if (PQconsumeInput(on.link.get()) != 1)
    throw refusal(on.link.get());
  while (PQisBusy(on.link.get()) == 0) {
    const postgres_result result(PQgetResult(on.link.get()));
    if (!result)
      return true;
    take_result(on, result.get());
  }
  return false;
}

bool postgres_clients::poll(std::chrono::nanoseconds timeout, const done_handler& done) {
  return watch_.wait(
      timeout, [this](std::size_t index) { flush(index); },
      [&](std::size_t index) {
        if (receive(index))
          done(index, connections_[index].jobs);
      });
}

} // namespace rota::bench
