// What a client can ask of a session, and what it is told: the wire's methods as values.
#pragma once
#include "engine/arbiter/arbiter.hpp"
#include "engine/error.hpp"
#include "engine/job.hpp"
#include "engine/position.hpp"
#include "engine/queue/queue.hpp"
#include "engine/settings_patch.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace rota::actors {

/// Types and tenants that a bulk command is about; an empty text matches all.
struct queue_filter {
  std::string type;
  std::string tenant;
};

// -- jobs -------------------------------------------------------------------------------------------

struct push_item {
  std::string type;
  std::string tenant;
  engine::job_spec spec;
};
struct push_command {
  std::vector<push_item> jobs;
};
struct push_reply {
  struct job {
    engine::job_id id;
    engine::job_state state = engine::job_state::ready;
    bool duplicate = false;
  };
  std::vector<job> jobs;
};

struct pop_command {
  std::string worker;
  std::vector<std::string> types;
  std::uint32_t leases = 1;
  std::uint32_t max_jobs = 1;
  engine::milliseconds wait{0};
  std::optional<engine::milliseconds> lease;
};
struct leased_job {
  engine::job_id id;
  std::string payload;
  std::int16_t priority = 0;
  std::uint32_t attempt = 1;
  std::optional<std::string> checkpoint;
  std::optional<engine::trace_context> trace;
};
struct lease {
  engine::attempt_id id;
  std::string type;
  std::string tenant;
  engine::time_point deadline{};
  std::vector<leased_job> jobs;
  std::optional<engine::milliseconds> timeout; ///< Of an executor's attempt.
};
struct pop_reply {
  std::vector<lease> leases;
};

/// One result; without `job` it holds for every job of the lease. Ids that nobody made are nothing.
struct complete_item {
  std::optional<engine::attempt_id> lease;
  std::string lease_text;
  bool whole_lease = true;
  std::optional<engine::job_id> job;
  std::string job_text;
  engine::outcome how;
};
struct complete_command {
  std::vector<complete_item> items;
};
struct settled_job {
  engine::job_id id;
  engine::job_state state = engine::job_state::succeeded;
};
/// Settled jobs, or none: the lease was lost.
struct complete_reply {
  struct item {
    std::string lease_text;
    bool lost = false;
    std::vector<settled_job> jobs;
  };
  std::vector<item> items;
};

struct lease_ref {
  std::optional<engine::attempt_id> lease;
  std::string text;
};
struct extend_command {
  std::vector<lease_ref> leases;
  std::optional<engine::milliseconds> lease;
};
struct extend_reply {
  std::vector<std::string> extended;
  std::vector<std::string> unknown;
  std::vector<std::string> cancelled;
  struct cancelled_job {
    std::string lease;
    engine::job_id job;
  };
  std::vector<cancelled_job> cancelled_jobs;
};
struct release_command {
  std::vector<lease_ref> leases;
};
struct release_reply {
  std::vector<std::string> released;
  std::vector<std::string> unknown;
};
struct defer_item {
  lease_ref lease;
  bool whole_lease = true;
  std::optional<engine::job_id> job;
  std::optional<engine::milliseconds> after;
  std::optional<std::string> checkpoint;
};
struct defer_command {
  std::vector<defer_item> items;
};
struct defer_reply {
  struct item {
    std::string lease;
    std::optional<engine::time_point> until; ///< Nothing: its jobs have ended.
  };
  std::vector<item> deferred;
  std::vector<std::string> unknown;
};

struct job_ref {
  std::optional<engine::job_id> id;
  std::string text;
};
/// Either ids or a filter.
struct cancel_command {
  std::vector<job_ref> ids;
  std::optional<queue_filter> filter;
  std::size_t limit = 1000;
};
struct cancel_reply {
  std::vector<std::string> cancelled;
  std::vector<std::string> cancelling;
  std::vector<std::string> wrong_state;
  std::vector<std::string> not_found;
  bool more = false;
};
struct retry_command {
  std::vector<job_ref> ids;
  std::optional<queue_filter> filter;
  std::size_t limit = 1000;
};
struct retry_reply {
  std::vector<std::string> retried;
  std::vector<std::string> wrong_state;
  std::vector<std::string> not_found;
  bool more = false;
};

struct get_command {
  job_ref job;
};
struct job_view {
  engine::job_id id;
  std::string type;
  std::string tenant;
  engine::job_record record;
  std::string executor;
  std::optional<std::size_t> position;
  std::optional<std::size_t> global_position;
};
struct list_command {
  queue_filter filter;
  std::optional<engine::job_state> state;
  std::size_t limit = 100;
  std::string cursor;
};
struct list_reply {
  std::vector<job_view> jobs;
  std::string cursor; ///< Empty: that was all.
};

struct explain_command {
  job_ref job;
};
struct explain_reply {
  engine::job_state state = engine::job_state::ready;
  std::string reason;
  std::string detail;
  std::optional<engine::start_estimate> start; ///< Of a ready job, if it can be told.
};

/// A piece of what the executor of a job's last try has of it.
struct output_command {
  job_ref job;
  bool errors = false; ///< stderr, else stdout.
  std::uint64_t offset = 0;
  std::size_t limit = 0; ///< Bytes.
};
struct output_reply {
  std::string bytes;
  bool at_end = false;
};

// -- settings -----------------------------------------------------------------------------------------

using engine::setting_kind;
using setting_value = engine::setting;

using setting_patch = std::variant<engine::type_patch, engine::tenant_patch, engine::pool_patch,
                                   engine::key_patch, engine::executor_patch>;

struct put_setting_command {
  setting_kind kind = setting_kind::type;
  std::string name;
  setting_patch patch;
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
  std::size_t limit = 100;
  std::string cursor;
};
struct setting_view {
  setting_kind kind = setting_kind::type;
  std::string name;
  setting_value value;
  struct executor_state {
    std::optional<engine::micro> capacity; ///< Slots; nothing: no limit.
    std::size_t running = 0;               ///< Attempts, starting ones included.
    std::string health;                    ///< "healthy", or what is wrong.
  };
  executor_state executor = {}; ///< Of an executor in a list.
};
struct list_settings_reply {
  setting_kind kind = setting_kind::type;
  std::vector<setting_view> settings;
  std::string cursor;
};
struct delete_setting_reply {
  std::string name;
};

// -- operations ---------------------------------------------------------------------------------------

struct list_queues_command {
  queue_filter filter;
  std::size_t limit = 100;
  std::string cursor;
};
struct queue_view {
  std::string type;
  std::string tenant;
  engine::queue_counts counts;
  std::optional<engine::milliseconds> oldest_ready;
  bool paused = false;
};
struct list_queues_reply {
  std::vector<queue_view> queues;
  std::string cursor;
};
struct pause_command {
  queue_filter filter;
  bool on = true;
};
struct pause_reply {
  queue_filter filter;
  bool on = true;
};
struct drain_command {
  bool on = true;
};
struct drain_reply {
  bool on = true;
};
struct stats_command {};
/// What server.stats shows of the journal.
struct journal_view {
  std::uint64_t commits = 0;
  std::uint64_t bytes = 0;
  std::uint64_t uncut_bytes = 0;
  std::uint64_t dirty_queues = 0;
};
struct stats_reply {
  std::uint64_t ready = 0;
  std::uint64_t delayed = 0;
  std::uint64_t running = 0;
  std::uint64_t waiting_bytes = 0;
  std::uint64_t queues = 0;
  bool draining = false;
  struct pool {
    engine::pool_view view;
    std::vector<engine::tenant_share> tenants; ///< Those with the most ready and running work.
  };
  std::vector<pool> pools;
  journal_view journal;
};
/// For whom figures are shown; the reply says it again.
enum class figures_view : std::uint8_t { metrics, sample, actors };
/// Everything at once; not a method of the wire.
struct figures_command {
  std::size_t tenants_max = 20; ///< How many tenants are named.
  figures_view view = figures_view::metrics;
};
struct room_figures; // figures.hpp
struct figures_reply {
  std::shared_ptr<const room_figures> figures;
  figures_view view = figures_view::metrics;
};
struct subscribe_command {
  queue_filter filter;
  std::vector<engine::job_state> states; ///< Empty: all.
};
struct subscribe_reply {
  std::uint64_t subscription = 0;
};
struct unsubscribe_command {
  std::uint64_t subscription = 0;
};
struct unsubscribe_reply {
  bool was_there = false;
};

// -- all together -------------------------------------------------------------------------------------

/// A request as a whole was refused.
struct refusal {
  enum class kind : std::uint8_t {
    not_found,
    queue_full,
    wrong_state,
    too_large,
    invalid,
    draining,
    unavailable,
  };
  kind what = kind::unavailable;
  std::string message;
  std::string tenant;                  ///< queue_full
  engine::milliseconds retry_after{0}; ///< queue_full
  std::string state;                   ///< wrong_state
  std::string path;                    ///< invalid
};

/// A refusal that says no more than what and why.
inline refusal refused(refusal::kind what, std::string message) {
  refusal r;
  r.what = what;
  r.message = std::move(message);
  return r;
}
/// A setting that can't be deleted now, and why.
inline refusal in_use(std::string message) {
  auto r = refused(refusal::kind::wrong_state, std::move(message));
  r.state = "in_use";
  return r;
}
/// Nothing of a kind of setting stands under the name.
inline refusal no_such_setting() {
  return refused(refusal::kind::not_found, "nothing was put under this name");
}

using command =
    std::variant<push_command, pop_command, complete_command, extend_command, release_command,
                 defer_command, cancel_command, retry_command, get_command, list_command,
                 explain_command, output_command, put_setting_command, get_setting_command,
                 delete_setting_command, list_settings_command, list_queues_command, pause_command,
                 drain_command, stats_command, figures_command, subscribe_command,
                 unsubscribe_command>;

using reply =
    std::variant<refusal, push_reply, pop_reply, complete_reply, extend_reply, release_reply,
                 defer_reply, cancel_reply, retry_reply, job_view, list_reply, explain_reply,
                 output_reply, setting_view, list_settings_reply, delete_setting_reply,
                 list_queues_reply, pause_reply, drain_reply, stats_reply, figures_reply,
                 subscribe_reply, unsubscribe_reply>;

/// A change of a job's state, for those who subscribed.
struct job_event {
  std::uint64_t subscription = 0;
  engine::job_id id;
  std::string type;
  std::string tenant;
  engine::job_state state = engine::job_state::ready;
  engine::time_point at{};
  std::string trace_id; ///< Empty: the job has no trace.
};

/// Where a session's answers go. Called by actors: must not block, must not call back.
class answer_sink {
public:
  virtual ~answer_sink() = default;
  /// The answer to `request`; it may leave the process once `position` is durable.
  virtual void answer(std::uint64_t request, reply what, engine::position position) = 0;
  /// A notification, likewise. May be dropped and counted when the reader is slow.
  virtual void notify(job_event what, engine::position position) = 0;
};

} // namespace rota::actors
