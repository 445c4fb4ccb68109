// Every actor of the engine and its messages: the typed lists have one row per message, with its
// meaning. A new message needs three places: its struct, its row, its handler.
//
//            client commands                     ask                     grants
//   SINK  -------------------->  SESSION  ------------------->  ARBITER  ------>  QUEUE
//     ^                           |  ^  |                          ^               |  |
//     |        answers            |  |  |   push, settle, find     |  changes      |  |
//     +---------------------------+  |  +--------------------------|-------------->|  |
//                                    +-----------------------------|---------------+  |
//                                             answers              +------------------+
//   DIRECTORY: opens and retires queues, owns settings.   TIMER: wakes queues and the arbiter.
//
// Messages are one-way; related messages carry the same request number. (CAF 0.17 keeps a handler
// for every open request in a flat map and never removes its timeouts; see docs/decisions.)
#pragma once
#include "actors/commands.hpp"
#include "engine/arbiter/arbiter_values.hpp"
#include "engine/arbiter/census.hpp"
#include "engine/events.hpp"
#include "engine/queue/queue_values.hpp"

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/fwd.hpp>
#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

namespace rota::actors {
/// Found by argument-dependent lookup for every type of this namespace.
std::true_type stays_in_process(const auto& message);
} // namespace rota::actors

/// CAF sends types without a serializer only if each is listed. No type of this namespace ever
/// leaves the process, so all are allowed.
template <class Message>
requires requires(const Message& m) { stays_in_process(m); }
struct caf::allowed_unsafe_message_type<Message> : std::true_type {};

namespace rota::actors {

// -- SESSION --------------------------------------------------------------------------------------

struct client_command {
  /// The connection's number of the request; the answer carries the same.
  std::uint64_t request = 0;
  command what;
};
struct input_ended {};
struct connection_closed {};

/// Common head of all answers to a part of a request.
struct part_answer {
  std::uint64_t request = 0;
  std::uint32_t part = 0;
  engine::position position; ///< The last event that the answer depends on.
};

// Three answers are messages of their own, because the executors' actors get them, too.

struct lease_part : part_answer {
  std::optional<lease> taken; ///< Nothing: the jobs were cancelled meanwhile.
};
struct ask_done : part_answer {
  std::uint32_t grants = 0; ///< The total number of lease_parts.
};
struct settled_part : part_answer {
  struct item {
    std::uint32_t index = 0;
    bool lost = false;
    std::vector<settled_job> jobs;
    /// Extend: the new deadline. Defer: when the job is due; nothing if it has ended.
    std::optional<engine::time_point> until;
    std::vector<engine::job_id> cancelled; ///< Extend: jobs to be stopped.
    bool all_cancelled = false;            ///< Extend only.
  };
  std::vector<item> items;
};

// All others are alternatives of one message, `answer`. A `reply` answers the whole request.

struct queues_opened {}; ///< All queues that open_queues named are open.
struct pushed_jobs {
  std::vector<push_reply::job> jobs;
};
struct cancelled_jobs {
  std::vector<std::string> cancelled;
  std::vector<std::string> cancelling;
  std::vector<std::string> wrong_state;
  std::vector<engine::job_id> unknown; ///< Not in memory, but perhaps in history.
  bool more = false;
};
struct revived_jobs {
  std::vector<std::string> revived;
  std::vector<std::string> wrong_state;
  std::vector<engine::job_id> unknown;
  bool more = false;
};
struct found_job {
  std::optional<job_view> job;
  std::optional<engine::lane_number> lane;
};
struct listed_jobs {
  std::vector<job_view> jobs;
  bool more = false;
};
/// The arbiter's report about one ready job.
struct ranked_job {
  std::optional<std::size_t> global_position;
  engine::explanation why;
  std::optional<engine::start_estimate> start;
};
struct history_records {
  std::vector<engine::job_record> records; ///< In the order of their serials.
  bool more = false;
  engine::serial scanned_to; ///< With `more`: everything up to there was examined.
};
struct pool_statistics {
  std::vector<stats_reply::pool> pools;
};
/// Figures that only the arbiter has.
struct arbiter_figures {
  engine::census demand;
  std::vector<engine::pool_view> pools;
  std::size_t mailbox = 0;
};
struct mailbox_load {
  std::size_t waiting = 0; ///< Messages behind the request.
};
struct answer : part_answer {
  std::variant<reply, queues_opened, pushed_jobs, cancelled_jobs, revived_jobs, found_job,
               listed_jobs, queue_view, ranked_job, history_records, pool_statistics,
               arbiter_figures, mailbox_load>
      what;
};

struct load_wanted;
struct session_unlisted {};

/// SESSION: the open requests of one connection.
using session_actor = caf::typed_actor<
    // Carries out a command and sends the answer to the connection's sink.
    caf::reacts_to<client_command>,
    // The client has ended its input and may have died: its pops no longer wait.
    caf::reacts_to<input_ended>,
    // The connection is gone: answers are dropped, leases released, and the session ends after its
    // last request.
    caf::reacts_to<connection_closed>,
    // The answer to one part of a request.
    caf::reacts_to<answer>,
    // A grant of a pop: its jobs, or nothing.
    caf::reacts_to<lease_part>,
    // The ask of a pop is closed; carries the total number of grants.
    caf::reacts_to<ask_done>,
    // Items of job.complete, job.extend, job.release or job.defer were carried out.
    caf::reacts_to<settled_part>,
    // Returns how many messages wait for it.
    caf::reacts_to<load_wanted>,
    // INTERNAL: it was removed from the list of sessions and has answered everything sent through
    // that list, so it can end.
    caf::reacts_to<session_unlisted>>;

/// Settles attempts: a session for its worker, a poller or runner for its executor.
using settler_actor = caf::typed_actor<caf::reacts_to<settled_part>>;
/// Takes attempts.
using taker_actor = caf::typed_actor<caf::reacts_to<lease_part>, caf::reacts_to<ask_done>,
                                     caf::reacts_to<settled_part>>;

/// The recipient of the answer to one part.
template <class Handle>
struct asked_by {
  Handle asker;
  std::uint64_t request = 0;
  std::uint32_t part = 0;
};
using part_of = asked_by<session_actor>;
using taker_part = asked_by<taker_actor>;

/// Makes the head of one of the three answers that are messages of their own.
template <class Answer, class Asker>
Answer answer_to(const asked_by<Asker>& part) {
  Answer answer;
  answer.request = part.request;
  answer.part = part.part;
  return answer;
}
/// Makes the answer to a part; it depends on events up to `position`.
template <class What>
answer answer_to(const part_of& part, engine::position position, What&& what) {
  return {{part.request, part.part, position}, std::forward<What>(what)};
}

struct load_wanted : part_of {};

// -- QUEUE ----------------------------------------------------------------------------------------

struct push_part : part_of {
  std::vector<engine::job_spec> jobs; ///< Admission is reserved for them.
};
/// A turn to hand out.
struct grant_order {
  taker_part ask;
  engine::take_order take;
};
struct grant_orders {
  std::vector<grant_order> grants;
};
struct settle_part : asked_by<settler_actor> {
  /// The executor has started it.
  struct started {
    std::string handle;
    engine::time_point at;
  };
  struct complete {
    engine::outcome how;
    std::optional<engine::execution> exit; ///< Of an executed job.
  };
  struct release {};
  /// The executor has lost it: a crash.
  struct lost {};
  struct defer {
    std::optional<engine::milliseconds> after;
    std::optional<std::string> checkpoint;
  };
  struct extend {
    std::optional<engine::milliseconds> lease;
  };
  struct item {
    std::uint32_t index = 0;
    engine::serial attempt;
    std::optional<engine::serial> job; ///< Nothing: every job of the attempt.
    std::variant<complete, release, defer, extend, started, lost> what;
  };
  std::vector<item> items;
  /// Executed attempts are settled only by their executor, and it settles no others.
  bool by_executor = false;
};
/// Settles the whole attempt in one way.
template <class What>
settle_part settle_attempt(engine::serial attempt, What what) {
  settle_part part;
  part.items.push_back({0, attempt, std::nullopt, std::move(what)});
  return part;
}
struct cancel_part : part_of {
  std::vector<engine::serial> jobs;
  bool all = false; ///< Up to `limit` jobs, instead of the named ones.
  std::size_t limit = 0;
};
struct revive_part : part_of {
  std::vector<engine::serial> jobs;
  std::vector<engine::job_record> records; ///< From history.
  bool all = false;                        ///< Up to `limit` jobs, instead of the named ones.
  std::size_t limit = 0;
};
struct find_part : part_of {
  engine::serial job;
};
struct list_part : part_of {
  std::optional<engine::job_state> state;
  engine::serial after;
  std::size_t limit = 0;
};
struct count_part : part_of {};
struct configure_queue {
  engine::type_settings settings;
};
struct wake {};
struct snapshot_wanted {};
struct piece_written {};
struct retire_now {};

/// QUEUE: the jobs of one type and tenant.
using queue_actor = caf::typed_actor<
    // Adds jobs. Returns pushed_jobs.
    caf::reacts_to<push_part>,
    // Hands out turns. Sends each taker a lease_part.
    caf::reacts_to<grant_orders>,
    // Settles attempts or single jobs of them. Returns settled_part, unless `asker` is null.
    caf::reacts_to<settle_part>,
    // Cancels jobs. Returns cancelled_jobs.
    caf::reacts_to<cancel_part>,
    // Makes ended jobs ready again. Returns revived_jobs.
    caf::reacts_to<revive_part>,
    // Finds one job. Returns found_job.
    caf::reacts_to<find_part>,
    // Lists jobs by serial. Returns listed_jobs.
    caf::reacts_to<list_part>,
    // Counts jobs by state. Returns a queue_view.
    caf::reacts_to<count_part>,
    // Applies the changed settings of its type.
    caf::reacts_to<configure_queue>,
    // The deadline that it set at TIMER has passed.
    caf::reacts_to<wake>,
    // Writes the rows of what changed, so that the journal can be truncated.
    caf::reacts_to<snapshot_wanted>,
    // A piece of its snapshot is in the store: the ended jobs in it may leave memory.
    caf::reacts_to<piece_written>,
    // The directory has unmapped it and the arbiter has forgotten it, so no message follows. Ends
    // if it is idle.
    caf::reacts_to<retire_now>>;

// -- ARBITER --------------------------------------------------------------------------------------

struct queue_added {
  queue_actor queue;
  engine::queue_number number;
  std::string type;
  std::string tenant;
};
/// Everything that one message changed in a queue.
struct queue_changed {
  engine::queue_number number;
  struct take {
    engine::serial attempt;
    std::uint32_t jobs = 0;
    engine::micro cost;
  };
  std::vector<take> takes;
  std::vector<engine::freed_attempt> freed;
  engine::queue_report report;
};
struct queue_removed {
  engine::queue_number number;
};
struct turn_ask {
  taker_part from;
  engine::ask what;   ///< The arbiter's actor assigns its id.
  std::string worker; ///< The worker's name, or the executor's.
  std::optional<engine::milliseconds> lease;
  bool starting = false; ///< For an executor.
};
struct withdraw_asks {
  taker_actor asker;
};
struct rank_part : part_of {
  engine::queue_number queue;
  engine::lane_number lane;
  std::size_t position = 0;
};
struct setting_changed {
  setting_kind kind = setting_kind::type;
  std::string name;
  std::optional<setting> value; ///< Nothing: the defaults apply.
};
struct queue_pause_changed {
  std::string type;
  std::string tenant;
  bool on = false;
};
struct drain_changed {
  bool on = false;
};
struct stats_wanted : part_of {};
struct figures_wanted : part_of {
  std::size_t tenants_max = 0;
};
struct delete_setting : part_of {
  delete_setting_command what;
};
struct continue_census {};

/// ARBITER: whose turn it is, in all pools.
using arbiter_actor = caf::typed_actor<
    // Adds a queue; its lanes follow in a queue_changed.
    caf::reacts_to<queue_added>,
    // Records the attempts that a queue began or ended, and its lanes.
    caf::reacts_to<queue_changed>,
    // Forgets a queue that retires. Sends it retire_now.
    caf::reacts_to<queue_removed>,
    // Opens an ask for turns. Sends grant_orders to the queues and, when the ask is closed,
    // ask_done to the taker.
    caf::reacts_to<turn_ask>,
    // Closes all asks of a taker.
    caf::reacts_to<withdraw_asks>,
    // Estimates when a ready job is dispatched. Returns ranked_job.
    caf::reacts_to<rank_part>,
    // Applies a setting.
    caf::reacts_to<setting_changed>,
    // Pauses or resumes one queue.
    caf::reacts_to<queue_pause_changed>,
    // Stops or resumes all grants.
    caf::reacts_to<drain_changed>,
    // Returns pool_statistics.
    caf::reacts_to<stats_wanted>,
    // Returns arbiter_figures.
    caf::reacts_to<figures_wanted>,
    // Refuses to delete a key that is in use; otherwise passes the request on to DIRECTORY.
    caf::reacts_to<delete_setting>,
    // The deadline that it set at TIMER has passed.
    caf::reacts_to<wake>,
    // INTERNAL: counts the next few queues of a census.
    caf::reacts_to<continue_census>>;

// -- DIRECTORY ------------------------------------------------------------------------------------

struct open_queues : part_of {
  struct name {
    std::string type;
    std::string tenant;
  };
  std::vector<name> names;
};
struct put_setting : part_of {
  put_setting_command what;
};
struct pause_queues : part_of {
  pause_command what;
};
struct drain_all : part_of {
  drain_command what;
};
struct retirement_wanted {
  engine::queue_number number;
};
struct retirement_answer {
  engine::queue_number number;
  bool has_ended = true; ///< False: it received work meanwhile and stays.
};

/// DIRECTORY: owns the settings and maps queues to their actors.
using directory_actor = caf::typed_actor<
    // Opens queues. Returns queues_opened once all are open.
    caf::reacts_to<open_queues>,
    // Changes a setting. Returns the reply: the new setting or a refusal.
    caf::reacts_to<put_setting>,
    // Removes a setting, so that the defaults apply. Returns the reply. For keys, the message comes
    // from ARBITER.
    caf::reacts_to<delete_setting>,
    // Pauses or resumes a type, a tenant or one queue. Returns the reply.
    caf::reacts_to<pause_queues>,
    // Stops or resumes all grants. Returns the reply.
    caf::reacts_to<drain_all>,
    // Unmaps a queue that has been idle for long enough.
    caf::reacts_to<retirement_wanted>,
    // A queue's response to retire_now.
    caf::reacts_to<retirement_answer>,
    // Writes the rows of what changed, so that the journal can be truncated.
    caf::reacts_to<snapshot_wanted>,
    // Returns how many messages wait for it.
    caf::reacts_to<load_wanted>>;

// -- TIMER ----------------------------------------------------------------------------------------

struct wake_queue {
  queue_actor queue;
  engine::queue_number number;
  engine::time_point at{};
};
struct wake_arbiter {
  arbiter_actor arbiter;
  engine::time_point at{};
};
struct deadline_passed {
  std::uint64_t number = 0; ///< Of the clock message; only the latest counts.
};

/// TIMER: the deadlines of all queues and of the arbiter.
using timer_actor = caf::typed_actor<
    // Sets the time of the queue's next `wake`, replacing any earlier one.
    caf::reacts_to<wake_queue>,
    // Sets the same for the arbiter.
    caf::reacts_to<wake_arbiter>,
    // INTERNAL: the earliest deadline has passed.
    caf::reacts_to<deadline_passed>,
    // Returns how many messages wait for it.
    caf::reacts_to<load_wanted>>;

} // namespace rota::actors
