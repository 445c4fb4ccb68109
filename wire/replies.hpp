// The replies to commands, as values with their lists of members: one per command.
#pragma once
#include "engine/arbiter/arbiter_values.hpp"
#include "engine/arbiter/start_estimate.hpp"
#include "engine/ids.hpp"
#include "engine/job.hpp"
#include "engine/members.hpp"
#include "engine/position.hpp"
#include "engine/queue/queue_values.hpp"
#include "engine/settings.hpp"
#include "wire/commands.hpp"
#include "wire/error_kind.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace rota::wire {

// -- jobs -----------------------------------------------------------------------------------------

struct push_reply {
  struct job {
    engine::job_id id;
    engine::job_state state = engine::job_state::ready;
    bool duplicate = false;
  };
  std::vector<job> jobs;
  std::string_view durability; ///< Filled in by the daemon.
};
void members(auto& io, form_of<push_reply::job> auto& j) {
  io("id", j.id);
  io("state", j.state);
  io("duplicate", j.duplicate);
}
void members(auto& io, form_of<push_reply> auto& r) {
  io("jobs", r.jobs);
  io("durability", r.durability);
}

struct lease {
  engine::attempt_id id;
  std::string type;
  std::string tenant;
  engine::time_point deadline{};
  std::vector<engine::leased_job> jobs;
  std::optional<engine::milliseconds> timeout; ///< Of an executor's attempt.
};
void members(auto& io, form_of<lease> auto& l) {
  io("lease", l.id);
  io("type", l.type);
  io("tenant", l.tenant);
  io("deadline", l.deadline);
  io("jobs", l.jobs);
}
struct pop_reply {
  std::vector<lease> leases;
};
void members(auto& io, form_of<pop_reply> auto& r) { io("leases", r.leases); }

struct settled_job {
  engine::job_id id;
  engine::job_state state = engine::job_state::succeeded;
};
void members(auto& io, form_of<settled_job> auto& j) {
  io("job", j.id);
  io("state", j.state);
}
/// The outcome of one item: its job, or its jobs if there are several, or an error.
struct complete_reply {
  struct error {
    std::string_view kind;
    std::string_view message;
  };
  struct item {
    std::string lease; ///< As the client sent it.
    std::optional<error> failure;
    std::optional<engine::job_id> job;
    std::optional<engine::job_state> state;
    std::optional<std::vector<settled_job>> jobs;
  };
  std::vector<item> items;

  static item settled(std::string lease, std::vector<settled_job> jobs);
  /// The lease no longer holds the job.
  static item lost(std::string lease);
};
void members(auto& io, form_of<complete_reply::error> auto& e) {
  io("kind", e.kind);
  io("message", e.message);
}
void members(auto& io, form_of<complete_reply::item> auto& i) {
  io("lease", i.lease);
  io("error", i.failure, omit_if_none(engine::any_value));
  io("job", i.job, omit_if_none(engine::any_value));
  io("state", i.state, omit_if_none(engine::any_value));
  io("jobs", i.jobs, omit_if_none(engine::any_value));
}
void members(auto& io, form_of<complete_reply> auto& r) { io("results", r.items); }

/// Leases are returned as the client sent them.
struct extend_reply {
  struct cancelled_job {
    std::string lease;
    engine::job_id job;
  };
  std::vector<std::string> extended;
  std::vector<std::string> unknown;
  std::vector<std::string> cancelled;
  std::vector<cancelled_job> cancelled_jobs; ///< Jobs of leases that continue.
};
void members(auto& io, form_of<extend_reply::cancelled_job> auto& j) {
  io("lease", j.lease);
  io("job", j.job);
}
void members(auto& io, form_of<extend_reply> auto& r) {
  io("extended", r.extended);
  io("unknown", r.unknown);
  io("cancelled", r.cancelled);
  io("cancelled_jobs", r.cancelled_jobs);
}

struct release_reply {
  std::vector<std::string> released;
  std::vector<std::string> unknown;
};
void members(auto& io, form_of<release_reply> auto& r) {
  io("released", r.released);
  io("unknown", r.unknown);
}

struct defer_reply {
  struct item {
    std::string lease;
    std::optional<engine::time_point> until; ///< Nothing: its jobs have ended.
  };
  std::vector<item> deferred;
  std::vector<std::string> unknown;
};
void members(auto& io, form_of<defer_reply::item> auto& i) {
  io("lease", i.lease);
  io("until", i.until);
}
void members(auto& io, form_of<defer_reply> auto& r) {
  io("deferred", r.deferred);
  io("unknown", r.unknown);
}

/// Ids are returned as the client sent them.
struct cancel_reply {
  std::vector<std::string> cancelled;
  std::vector<std::string> cancelling;
  std::vector<std::string> wrong_state;
  std::vector<std::string> not_found;
  bool more = false;
};
void members(auto& io, form_of<cancel_reply> auto& r) {
  io("cancelled", r.cancelled);
  io("cancelling", r.cancelling);
  io("wrong_state", r.wrong_state);
  io("not_found", r.not_found);
  io("more", r.more);
}

struct retry_reply {
  std::vector<std::string> retried;
  std::vector<std::string> wrong_state;
  std::vector<std::string> not_found;
  bool more = false;
};
void members(auto& io, form_of<retry_reply> auto& r) {
  io("retried", r.retried);
  io("wrong_state", r.wrong_state);
  io("not_found", r.not_found);
  io("more", r.more);
}

/// A job as shown by job.get and job.list.
struct job_view {
  engine::job_id id;
  std::string type;
  std::string tenant;
  engine::job_record record;
  std::string executor; ///< Empty: run by external workers.
  std::optional<std::size_t> position;
  std::optional<std::size_t> global_position;
};
void members(auto& io, form_of<job_view> auto& v) {
  auto& r = v.record;
  auto& o = r.spec.options;
  const auto run = r.execution.value_or(engine::execution{});
  io("id", v.id);
  io("type", v.type);
  io("tenant", v.tenant);
  io("state", r.state);
  io("priority", r.spec.priority);
  io("key", o.key, null_if_empty(engine::a_name));
  io("concurrency_key", o.concurrency_key, null_if_empty(engine::a_name));
  io("cost", o.cost);
  io("slots", o.slots);
  io("payload", r.spec.payload, engine::any_json);
  io.flat(o.trace);
  io("created_at", r.created);
  io("ready_at", r.ready_since);
  io("not_before", o.not_before);
  io("started_at", r.started);
  io("finished_at", r.finished);
  io("attempts", r.counts.attempts);
  io("crashes", r.counts.crashes);
  io("polls", r.counts.polls);
  io("worker", r.worker, null_if_empty(engine::a_name));
  io("executor", v.executor, null_if_empty(engine::a_name));
  io("exit_code", run.exit_code);
  io("signal", run.signal);
  io("error", r.error);
  io("result", r.result, engine::any_json);
  io("checkpoint", r.checkpoint, engine::any_json);
  io("position", v.position);
  io("global_position", v.global_position);
  io("cancel_requested", r.cancel_requested);
}
struct list_reply {
  std::vector<job_view> jobs;
  std::string cursor; ///< Empty: this is the last page.
};
void members(auto& io, form_of<list_reply> auto& r) {
  io("jobs", r.jobs);
  io("cursor", r.cursor, null_if_empty(engine::any_value));
}

struct explain_reply {
  engine::job_state state = engine::job_state::ready;
  std::string reason;
  std::string detail;
  /// Only of a ready job whose start can be estimated.
  std::optional<engine::start_estimate> start;
};
void members(auto& io, form_of<explain_reply> auto& r) {
  io("state", r.state);
  io("reason", r.reason);
  io("detail", r.detail);
  io("start", r.start);
}

/// A part of the output of an executor's attempt. Bytes that are not UTF-8 are sent as base64.
struct output_reply {
  std::string data;
  std::string_view encoding = "utf-8";
  bool eof = false;

  static output_reply of(std::string bytes, bool at_end);
};
void members(auto& io, form_of<output_reply> auto& r) {
  io("data", r.data);
  io("encoding", r.encoding);
  io("eof", r.eof);
}

// -- settings -------------------------------------------------------------------------------------

/// One object: the name, the members of a put, and in executor.list its state.
struct setting_view {
  struct executor_state {
    std::optional<engine::micro> capacity; ///< Slots; nothing: no limit.
    std::size_t running = 0;               ///< Attempts, including starting ones.
    std::string health;                    ///< "healthy", or what is wrong.
  };
  setting_kind kind = setting_kind::type;
  std::string name;
  setting value;
  std::optional<executor_state> executor = {}; ///< Only of an executor in a list.
};
void members(auto& io, form_of<setting_view::executor_state> auto& s) {
  io("capacity", s.capacity);
  io("running", s.running);
  io("health", s.health);
}
struct list_settings_reply {
  setting_kind kind = setting_kind::type;
  std::vector<setting_view> settings;
  std::string cursor;
};
struct delete_setting_reply {
  std::string name;
};
void members(auto& io, form_of<delete_setting_reply> auto& r) { io("deleted", r.name); }

/// Returns the member that names a setting: `key` for a key.
std::string_view name_member_of(setting_kind kind);
/// Returns the name of the array in a list, such as "types".
std::string_view plural_of(setting_kind kind);

// -- operations -----------------------------------------------------------------------------------

struct queue_view {
  std::string type;
  std::string tenant;
  engine::queue_counts counts;
  std::optional<engine::milliseconds> oldest_ready; ///< How long that job has been ready.
  bool paused = false;
};
void members(auto& io, form_of<queue_view> auto& q) {
  io("type", q.type);
  io("tenant", q.tenant);
  io("ready", q.counts.ready);
  io("delayed", q.counts.delayed);
  io("running", q.counts.running);
  io("oldest_ready_ms", q.oldest_ready);
  io("paused", q.paused);
}
struct list_queues_reply {
  std::vector<queue_view> queues;
  std::string cursor;
};
void members(auto& io, form_of<list_queues_reply> auto& r) {
  io("queues", r.queues);
  io("cursor", r.cursor, null_if_empty(engine::any_value));
}

/// The type and tenant that were named, and whether they are now paused.
struct pause_reply {
  queue_filter filter;
  bool on = true;
};
void members(auto& io, form_of<pause_reply> auto& r) {
  io("type", r.filter.type, null_if_empty(engine::a_name));
  io("tenant", r.filter.tenant, null_if_empty(engine::a_name));
  io("paused", r.on);
}
struct drain_reply {
  bool on = true;
};
void members(auto& io, form_of<drain_reply> auto& r) { io("on", r.on); }

struct stats_reply {
  struct pool {
    engine::pool_view view;
    std::vector<engine::tenant_share> tenants; ///< Those with the most ready and running work.
  };
  struct journal_view {
    std::uint64_t commits = 0;
    std::uint64_t bytes = 0;
    std::uint64_t uncut_bytes = 0;
    std::uint64_t dirty_queues = 0;
  };
  std::uint64_t ready = 0;
  std::uint64_t delayed = 0;
  std::uint64_t running = 0;
  std::uint64_t waiting_bytes = 0;
  std::uint64_t queues = 0;
  bool draining = false;
  std::string_view durability; ///< Filled in by the daemon.
  std::vector<pool> pools;
  journal_view journal;
};
void members(auto& io, form_of<stats_reply::pool> auto& p) {
  io("pool", p.view.pool);
  io("slots_used", p.view.slots_used);
  io("slots", p.view.slots);
  io("dispatches", p.view.dispatches);
  io("asks_waiting", p.view.asks_waiting);
  io("virtual_time", p.view.time);
  io("fairness", p.view.fairness);
  io("tenants", p.tenants);
}
void members(auto& io, form_of<stats_reply::journal_view> auto& j) {
  io("commits", j.commits);
  io("bytes", j.bytes);
  io("uncut_bytes", j.uncut_bytes);
  io("dirty_queues", j.dirty_queues);
}
void members(auto& io, form_of<stats_reply> auto& r) {
  io("ready", r.ready);
  io("delayed", r.delayed);
  io("running", r.running);
  io("waiting_bytes", r.waiting_bytes);
  io("queues", r.queues);
  io("draining", r.draining);
  io("durability", r.durability);
  io("pools", r.pools);
  io("journal", r.journal);
}

struct subscribe_reply {
  subscription_id subscription;
};
void members(auto& io, form_of<subscribe_reply> auto& r) { io("subscription", r.subscription); }

struct unsubscribe_reply {
  bool was_there = false;
};
void members(auto& io, form_of<unsubscribe_reply> auto& r) { io("unsubscribed", r.was_there); }

struct info_reply {
  std::string_view version;
  std::string_view durability;
  engine::time_point started{};
  bool draining = false;
  std::string limits; ///< JSON text of an object: the limits by their names in the config file.
};
void members(auto& io, form_of<info_reply> auto& r) {
  io("version", r.version);
  io("durability", r.durability);
  io("started_at", r.started);
  io("draining", r.draining);
  io("limits", r.limits, engine::any_json);
}

// -- refusals -------------------------------------------------------------------------------------

/// A refusal of a whole request.
struct refusal {
  using kind = error_kind;
  kind what = kind::unavailable;
  std::string message;
  std::string tenant;                  ///< queue_full
  engine::milliseconds retry_after{0}; ///< queue_full
  std::string state;                   ///< wrong_state
  std::string path;                    ///< invalid
};

/// Returns a refusal with only a kind and a message.
refusal refused(error_kind what, std::string message);
/// Returns the refusal to delete a setting that is in use.
refusal in_use(std::string message);
/// Returns the refusal for a setting that does not exist.
refusal no_such_setting();

// -- all replies ----------------------------------------------------------------------------------

using reply =
    std::variant<refusal, push_reply, pop_reply, complete_reply, extend_reply, release_reply,
                 defer_reply, cancel_reply, retry_reply, job_view, list_reply, explain_reply,
                 output_reply, setting_view, list_settings_reply, delete_setting_reply,
                 list_queues_reply, pause_reply, drain_reply, stats_reply, subscribe_reply,
                 unsubscribe_reply>;

/// A change of a job's state for a subscriber: the params of the notification `event`.
struct job_event {
  subscription_id subscription;
  engine::job_id id;
  std::string type;
  std::string tenant;
  engine::job_state state = engine::job_state::ready;
  engine::time_point at{};
  std::string trace_id; ///< Empty: the job has no trace.
};
void members(auto& io, form_of<job_event> auto& e) {
  io("subscription", e.subscription);
  io("id", e.id);
  io("type", e.type);
  io("tenant", e.tenant);
  io("state", e.state);
  io("at", e.at);
  io("trace_id", e.trace_id, omit_if_none(engine::any_value));
}

/// Sent to a reader that was too slow: the number of events that it missed.
struct missed_events {
  subscription_id subscription;
  std::uint64_t missed = 0;
};
void members(auto& io, form_of<missed_events> auto& e) {
  io("subscription", e.subscription);
  io("missed", e.missed);
}

} // namespace rota::wire
