#include "cmd/rotad/format_stats.hpp"

#include "wire/answers_values.hpp"

namespace rota::daemon {
namespace {

void write_tenant(json_writer& out, const engine::tenant_share& t) {
  out.begin_object()
      .member("tenant", t.tenant)
      .key("ready")
      .unsigned_integer(t.ready)
      .key("running")
      .unsigned_integer(t.in_flight)
      .key("dispatches")
      .unsigned_integer(t.dispatches)
      .key("served");
  protocol::write_quantity(out, t.served);
  out.key("tag").number(t.tag.as_double()).end_object();
}

void write_fairness(json_writer& out, const engine::fairness_gap& f) {
  out.begin_object()
      .key("gap")
      .number(f.gap)
      .key("bound")
      .number(f.bound)
      .key("ratio")
      .number(f.ratio)
      .end_object();
}

void write_pool(json_writer& out, const actors::stats_reply::pool& pool) {
  const auto& view = pool.view;
  out.begin_object().member("pool", view.pool).key("slots_used");
  protocol::write_quantity(out, view.slots_used);
  out.key("slots");
  protocol::write_quantity(out, view.slots);
  out.key("dispatches")
      .unsigned_integer(view.dispatches)
      .key("asks_waiting")
      .unsigned_integer(view.asks_waiting)
      .key("virtual_time")
      .number(view.time.as_double())
      .key("fairness");
  write_fairness(out, view.fairness);
  out.key("tenants").begin_array();
  for (const auto& tenant : pool.tenants)
    write_tenant(out, tenant);
  out.end_array().end_object();
}

} // namespace

void write_stats(json_writer& out, const actors::stats_reply& stats, std::string_view durability) {
  const auto number = [&](std::string_view name, std::uint64_t value) {
    out.key(name).unsigned_integer(value);
  };
  out.begin_object();
  number("ready", stats.ready);
  number("delayed", stats.delayed);
  number("running", stats.running);
  number("waiting_bytes", stats.waiting_bytes);
  number("queues", stats.queues);
  out.key("draining").boolean(stats.draining).member("durability", durability);
  out.key("pools").begin_array();
  for (const auto& pool : stats.pools)
    write_pool(out, pool);
  out.end_array().key("journal").begin_object();
  number("commits", stats.journal.commits);
  number("bytes", stats.journal.bytes);
  number("uncut_bytes", stats.journal.uncut_bytes);
  number("dirty_queues", stats.journal.dirty_queues);
  out.end_object().end_object();
}

} // namespace rota::daemon
