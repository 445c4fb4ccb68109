// The commands that clients can send, as values with their lists of members: one per method
// (methods.cpp).
#pragma once
#include "engine/job.hpp"
#include "engine/members.hpp"
#include "engine/queue/queue_values.hpp"
#include "engine/settings.hpp"
#include "wire/references.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace rota::wire {

using engine::form_of;

/// Bounds for the size of a page.
inline constexpr auto page_limit = engine::integers(1, 10'000);
inline constexpr std::size_t page_limit_default = 100;

/// The types and tenants that a command applies to; an empty text matches all.
struct queue_filter {
  std::string type;
  std::string tenant;
  bool all() const { return type.empty() && tenant.empty(); }
  bool operator==(const queue_filter&) const = default;
};
void members(auto& io, form_of<queue_filter> auto& f) {
  io("tenant", f.tenant, engine::a_name);
  io("type", f.type, engine::a_name);
}

// -- jobs -----------------------------------------------------------------------------------------

/// As read, `spec.options.not_before` is wall time. complete_push() converts it to the engine's axis and marks
/// the batch.
struct push_item {
  std::string type;
  std::string tenant;
  engine::job_spec spec;
  std::optional<engine::milliseconds> delay = {}; ///< Never set together with not_before.
};
void members(auto& io, form_of<push_item> auto& j) {
  io("type", j.type, required(engine::a_name));
  io("tenant", j.tenant, required(engine::a_name));
  io.flat(j.spec);
  io("delay_ms", j.delay, engine::any_duration);
}
void agree(auto& check, const push_item& j) {
  const auto& options = j.spec.options;
  check(!options.not_before || !j.delay, {"delay_ms"}, "must not come together with not_before");
  check(!options.trace || !options.trace->parent.empty(), {"tracestate"},
        "must come together with traceparent");
}

struct push_command {
  std::vector<push_item> jobs;
};
void members(auto& io, form_of<push_command> auto& c) {
  io("jobs", c.jobs, required(engine::any_value));
}

struct pop_command {
  std::string worker;
  std::vector<std::string> types; ///< Empty: all.
  std::uint32_t leases = 1;
  std::uint32_t max_jobs = 1;
  engine::milliseconds wait{0};
  std::optional<engine::milliseconds> lease;
};
void members(auto& io, form_of<pop_command> auto& c) {
  io("worker", c.worker, required(engine::a_name));
  io("types", c.types, not_empty(engine::a_name));
  io("leases", c.leases, engine::integers(1, 10'000));
  io("max_jobs", c.max_jobs, engine::integers(1, engine::batch_size_max));
  io("wait_ms", c.wait, engine::any_duration);
  io("lease_ms", c.lease, engine::positive_duration);
}

/// One result; without `job` it applies to every job of the lease.
struct complete_item {
  lease_ref lease;
  std::optional<job_ref> job;
  engine::outcome how;
};
void members(auto& io, form_of<complete_item> auto& i) {
  io("lease", i.lease, required(engine::any_value));
  io("job", i.job);
  io("outcome", i.how.succeeded,
     required(engine::rule<engine::boolean_words>{{"succeeded", "failed"}}));
  io("result", i.how.result, engine::any_json);
  io("error", i.how.error);
  io("retryable", i.how.retryable);
}
void agree(auto& check, const complete_item& i) {
  check(!i.how.succeeded || !i.how.error, {"error"},
        "must not come together with outcome succeeded");
}
struct complete_command {
  std::vector<complete_item> items;
};
void members(auto& io, form_of<complete_command> auto& c) {
  io("results", c.items, required(engine::any_value));
}

struct extend_command {
  std::vector<lease_ref> leases;
  std::optional<engine::milliseconds> lease;
};
void members(auto& io, form_of<extend_command> auto& c) {
  io("leases", c.leases, required(engine::any_value));
  io("lease_ms", c.lease, engine::positive_duration);
}

struct release_command {
  std::vector<lease_ref> leases;
};
void members(auto& io, form_of<release_command> auto& c) {
  io("leases", c.leases, required(engine::any_value));
}

struct defer_item {
  lease_ref lease;
  std::optional<job_ref> job;
  std::optional<engine::milliseconds> after;
  std::optional<std::string> checkpoint; ///< JSON text.
};
void members(auto& io, form_of<defer_item> auto& i) {
  io("lease", i.lease, required(engine::any_value));
  io("job", i.job);
  io("after_ms", i.after, engine::any_duration);
  io("checkpoint", i.checkpoint, engine::any_json);
}
struct defer_command {
  std::vector<defer_item> items;
};
void members(auto& io, form_of<defer_command> auto& c) {
  io("leases", c.items, required(engine::any_value));
}

/// Either the given jobs, or up to `limit` jobs of a tenant, a type or both.
struct job_selection {
  std::optional<std::vector<job_ref>> ids;
  queue_filter filter;
  std::size_t limit = 1000;
};
void members(auto& io, form_of<job_selection> auto& s) {
  io("ids", s.ids);
  io.flat(s.filter);
  io("limit", s.limit, engine::integers(1, 100'000));
}
/// Requires either ids or a filter, so that no member is silently ignored.
void agree(auto& check, const job_selection& s) {
  check(s.ids || !s.filter.all(), "must have ids, tenant or type");
  check(!s.ids || (s.filter.all() && !check.given("limit")), {"ids"},
        "must not come together with tenant, type or limit");
}

struct cancel_command {
  job_selection which;
};
void members(auto& io, form_of<cancel_command> auto& c) { io.flat(c.which); }
void agree(auto& check, const cancel_command& c) { agree(check, c.which); }

struct retry_command {
  job_selection which;
};
void members(auto& io, form_of<retry_command> auto& c) { io.flat(c.which); }
void agree(auto& check, const retry_command& c) { agree(check, c.which); }

struct get_command {
  job_ref job;
};
void members(auto& io, form_of<get_command> auto& c) {
  io("id", c.job, required(engine::any_value));
}

struct list_command {
  queue_filter filter;
  std::optional<engine::job_state> state;
  std::size_t limit = page_limit_default;
  std::string cursor;
};
void members(auto& io, form_of<list_command> auto& c) {
  io.flat(c.filter);
  io("state", c.state);
  io("limit", c.limit, page_limit);
  io("cursor", c.cursor);
}

struct explain_command {
  job_ref job;
};
void members(auto& io, form_of<explain_command> auto& c) {
  io("id", c.job, required(engine::any_value));
}

/// Requests a part of the output that the executor has of a job's last attempt.
struct output_command {
  job_ref job;
  bool errors = false; ///< stderr if true, else stdout.
  std::uint64_t offset = 0;
  std::size_t limit = 65'536; ///< Bytes.
};
void members(auto& io, form_of<output_command> auto& c) {
  io("id", c.job, required(engine::any_value));
  io("stream", c.errors, required(engine::rule<engine::boolean_words>{{"stderr", "stdout"}}));
  io("offset", c.offset, engine::integers(0, std::numeric_limits<std::int64_t>::max()));
  io("limit", c.limit, engine::integers(1, 1 << 24));
}

// -- settings -------------------------------------------------------------------------------------

using engine::setting;
using engine::setting_kind;

/// The params of a put are merged into the setting as it is when the command runs: merged() in
/// merging.hpp.
struct put_setting_command {
  setting_kind kind = setting_kind::type;
  std::string name;
  std::string params; ///< JSON text, including the name.
};
struct get_setting_command {
  setting_kind kind = setting_kind::type;
  std::string name;
};
struct delete_setting_command {
  setting_kind kind = setting_kind::type;
  std::string name;
};
struct list_settings_command {
  setting_kind kind = setting_kind::type;
  std::size_t limit = page_limit_default;
  std::string cursor; ///< From an earlier answer; empty: the first page.
};
void members(auto& io, form_of<list_settings_command> auto& c) {
  io("limit", c.limit, page_limit);
  io("cursor", c.cursor);
}

// -- operations -----------------------------------------------------------------------------------

struct list_queues_command {
  queue_filter filter;
  std::size_t limit = page_limit_default;
  std::string cursor;
};
void members(auto& io, form_of<list_queues_command> auto& c) {
  io.flat(c.filter);
  io("limit", c.limit, page_limit);
  io("cursor", c.cursor);
}

/// queue.pause and queue.resume: a type, a tenant, or a single queue if both are given.
struct pause_command {
  queue_filter filter;
  bool on = true;
};
void members(auto& io, form_of<pause_command> auto& c) { io.flat(c.filter); }
/// With neither, everything would stop; server.drain is for that.
void agree(auto& check, const pause_command& c) {
  check(!c.filter.all(), "must have tenant, type or both");
}

struct drain_command {
  bool on = true;
};
void members(auto& io, form_of<drain_command> auto& c) {
  io("on", c.on, required(engine::any_value));
}

struct stats_command {};
void members(auto&, form_of<stats_command> auto&) {}

struct subscribe_command {
  queue_filter filter;
  std::vector<engine::job_state> states; ///< Empty: all.
};
void members(auto& io, form_of<subscribe_command> auto& c) {
  io.flat(c.filter);
  io("states", c.states, not_empty(engine::any_value));
}

struct unsubscribe_command {
  subscription_id subscription;
};
void members(auto& io, form_of<unsubscribe_command> auto& c) {
  io("subscription", c.subscription, required(engine::any_value));
}

// -- commands that the daemon answers without a session -------------------------------------------

struct info_command {};
void members(auto&, form_of<info_command> auto&) {}

struct discover_command {};
void members(auto&, form_of<discover_command> auto&) {}

// -- all commands ---------------------------------------------------------------------------------

/// Every command that a session handles.
using command =
    std::variant<push_command, pop_command, complete_command, extend_command, release_command,
                 defer_command, cancel_command, retry_command, get_command, list_command,
                 explain_command, output_command, put_setting_command, get_setting_command,
                 delete_setting_command, list_settings_command, list_queues_command, pause_command,
                 drain_command, stats_command, subscribe_command, unsubscribe_command>;

} // namespace rota::wire
