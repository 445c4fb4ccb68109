#include "bench/peers/postgres.hpp"

#include <utility>

namespace rota::bench {

namespace {

/// A job is ready while it has no lease. Rows come and go, so vacuum comes soon and often.
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

} // namespace

postgres::postgres(std::filesystem::path folder, postgres_choice choice, const stop_signal& stop)
    : choice_(choice), stop_(stop), server_(std::move(folder), stop) {
  const bool fair = choice == postgres_choice::fair;
  traits_.name = fair ? "postgres-fair" : "postgres";
  traits_.durability = "synced before each answer";
  traits_.rota = "rota";
  traits_.choice = fair ? "the tenant served longest ago" : "the oldest";
  traits_.fewest_tenants = fair ? 2 : 1;
}

void postgres::prepare(const peer_shape& shape) {
  set_shape(shape);
  server_.start_once();
  const auto link = connect_postgres(server_.address());
  const std::string more = choice_ == postgres_choice::fair ? fair_tables : oldest_tables;
  run_sql(link.get(), jobs_table + more);
}

void postgres::end_fill() {
  filling_ = false;
  const auto link = connect_postgres(server_.address());
  run_sql(link.get(), "VACUUM ANALYZE jobs");
  if (choice_ == postgres_choice::fair) {
    run_sql(link.get(), "VACUUM ANALYZE tenants");
  }
  run_sql(link.get(), "CHECKPOINT");
}

std::unique_ptr<peer_clients> postgres::connect(std::size_t connections, std::size_t batch) {
  const std::string options = filling_ ? " options='-c synchronous_commit=off'" : "";
  return std::make_unique<postgres_clients>(
      server_.address() + options, connections,
      choice_ == postgres_choice::fair ? fair_statements : oldest_statements, batch, stop_);
}

} // namespace rota::bench
