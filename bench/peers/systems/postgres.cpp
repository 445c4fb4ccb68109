#include "bench/peers/systems/postgres.hpp"

#include "bench/peers/systems/postgres_clients.hpp"

#include <libpq-fe.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>
#include <utility>

namespace rota::bench {

namespace {

/// A job is ready while it has no lease. Rows are short-lived, so vacuum runs early and often.
constexpr const char* jobs_table = R"(
SET client_min_messages = warning;
DROP TABLE IF EXISTS jobs, tenants;
DROP SEQUENCE IF EXISTS turns;
CREATE TABLE jobs (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant integer NOT NULL,
  lease timestamptz,
  payload text NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000,
        autovacuum_vacuum_insert_scale_factor = 0.2);
)";

constexpr const char* oldest_tables = R"(
CREATE INDEX ready ON jobs (id) WHERE lease IS NULL;
)";

constexpr const char* fair_tables = R"(
CREATE INDEX ready ON jobs (tenant, id) WHERE lease IS NULL;
CREATE TABLE tenants (tenant integer PRIMARY KEY, served bigint NOT NULL DEFAULT 0)
  WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000);
CREATE INDEX longest_ago ON tenants (served, tenant);
CREATE SEQUENCE turns CACHE 1;
)";

const postgres_statements oldest_statements{
    "INSERT INTO jobs (tenant, payload) SELECT $1::integer, unnest($2::text[])",
    R"(UPDATE jobs SET lease = now() + interval '10 minutes'
       WHERE id = ANY(ARRAY(
         SELECT id FROM jobs WHERE lease IS NULL ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED))
       RETURNING id, tenant, payload)"};

const postgres_statements fair_statements{
    R"(WITH known AS (INSERT INTO tenants (tenant) VALUES ($1::integer) ON CONFLICT DO NOTHING)
       INSERT INTO jobs (tenant, payload) SELECT $1::integer, unnest($2::text[]))",
    R"(WITH turn AS MATERIALIZED (
         SELECT tenant FROM tenants t
         WHERE EXISTS (SELECT FROM jobs j WHERE j.tenant = t.tenant AND j.lease IS NULL)
         ORDER BY served, tenant LIMIT 1 FOR UPDATE OF t SKIP LOCKED),
       serve AS (
         UPDATE tenants SET served = nextval('turns') WHERE tenant = (SELECT tenant FROM turn))
       UPDATE jobs SET lease = now() + interval '10 minutes'
       WHERE id = ANY(ARRAY(
         SELECT id FROM jobs WHERE tenant = (SELECT tenant FROM turn) AND lease IS NULL
         ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED))
       RETURNING id, tenant, payload)"};

const std::filesystem::path programs = "/usr/lib/postgresql/15/bin";
constexpr const char* user = "postgres";
constexpr auto exit_timeout = std::chrono::seconds(30);

/// A command of PostgreSQL, wrapped to run as a user that it accepts and to get SIGINT when the
/// bench dies.
std::vector<std::string> as_user(std::vector<std::string> command) {
  command[0] = programs / command[0];
  if (geteuid() != 0)
    return command;
  const std::string name = user;
  std::vector<std::string> wrapped{"/usr/bin/setpriv", "--reuid=" + name, "--regid=" + name,
                                   "--init-groups", "--pdeathsig=INT"};
  wrapped.insert(wrapped.end(), command.begin(), command.end());
  return wrapped;
}

/// Creates a folder that belongs to that user, and grants access to the parent folder.
void make_folder(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  if (geteuid() != 0)
    return;
  const passwd* const account = getpwnam(user);
  if (account == nullptr || chown(folder.c_str(), account->pw_uid, account->pw_gid) != 0)
    throw std::runtime_error("cannot change the owner of " + folder.string() + " to " + user);
  std::filesystem::permissions(folder.parent_path(), std::filesystem::perms::others_exec,
                               std::filesystem::perm_options::add);
}

std::vector<int> children_of(int pid) {
  const auto text = std::to_string(pid);
  std::ifstream file("/proc/" + text + "/task/" + text + "/children");
  std::vector<int> pids;
  for (int child = 0; file >> child;)
    pids.push_back(child);
  return pids;
}

/// The connection string for libpq.
std::string address_of(std::uint16_t port) {
  return "host=127.0.0.1 port=" + std::to_string(port) + " user=" + user + " dbname=postgres";
}

std::vector<std::string> server_command(const std::filesystem::path& folder, std::uint16_t port) {
  std::vector<std::string> command{"postgres", "-D", (folder / "data").string(), "-p",
                                   std::to_string(port)};
  // These values of fsync and synchronous_commit are the defaults; they are explicit because the
  // comparison depends on them.
  for (const char* setting : {"listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=on",
                              "synchronous_commit=on", "shared_buffers=1GB", "max_wal_size=8GB",
                              "checkpoint_timeout=15min", "autovacuum_naptime=5s",
                              "autovacuum_vacuum_cost_delay=0", "jit=off"})
    command.insert(command.end(), {"-c", setting});
  return as_user(std::move(command));
}

bool serves(std::uint16_t port) { return PQping(address_of(port).c_str()) == PQPING_OK; }

} // namespace

postgres::postgres(peer_traits traits, std::filesystem::path folder, postgres_choice choice,
                   const stop_signal& stop)
    : served_peer(std::move(traits), std::move(folder), {server_command, serves}, stop),
      choice_(choice) {}

std::string postgres::address() const { return address_of(server().port()); }

void postgres::make_cluster() {
  const auto& folder = server().folder();
  make_folder(folder);
  child_process::run(
      as_user({"initdb", "--pgdata", (folder / "data").string(), "--username", user, "--auth",
               "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync"}),
      (folder / "initdb.log").string());
}

void postgres::prepare(const peer_shape& shape) {
  set_shape(shape);
  if (!server().is_started()) {
    make_cluster();
    server().start();
  }
  const auto link = connect_postgres(address());
  const std::string more = choice_ == postgres_choice::fair ? fair_tables : oldest_tables;
  run_sql(link.get(), jobs_table + more);
}

void postgres::end_fill() {
  filling_ = false;
  const auto link = connect_postgres(address());
  run_sql(link.get(), "VACUUM ANALYZE jobs");
  if (choice_ == postgres_choice::fair)
    run_sql(link.get(), "VACUUM ANALYZE tenants");
  run_sql(link.get(), "CHECKPOINT");
}

std::unique_ptr<peer_clients> postgres::connect(std::size_t connections, std::size_t batch) {
  const std::string options = filling_ ? " options='-c synchronous_commit=off'" : "";
  return std::make_unique<postgres_clients>(
      address() + options, connections,
      choice_ == postgres_choice::fair ? fair_statements : oldest_statements, batch, stop());
}

void postgres::await_end(const std::vector<int>& processes) const {
  const auto begin = std::chrono::steady_clock::now();
  const auto lives = [](int pid) {
    return std::filesystem::exists("/proc/" + std::to_string(pid));
  };
  while (std::any_of(processes.begin(), processes.end(), lives)) {
    if (std::chrono::steady_clock::now() > begin + exit_timeout)
      throw std::runtime_error("PostgreSQL's processes do not end");
    stop().pause(std::chrono::milliseconds(1));
  }
}

double postgres::restart() {
  // A new server refuses to start while a process of the old one still uses its shared memory.
  return server().restart([this, children = children_of(server().pid())] { await_end(children); });
}

std::vector<int> postgres::processes() const {
  auto pids = children_of(server().pid());
  pids.push_back(server().pid());
  return pids;
}

} // namespace rota::bench
