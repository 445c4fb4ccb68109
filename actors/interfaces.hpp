// Every actor of the engine and the messages that it takes, one comment line each.
//
//            client commands                     ask                     grants
//   SINK  -------------------->  SESSION  ------------------->  ARBITER  ------>  QUEUE
//     ^                           |  ^  |                          ^               |  |
//     |        answers            |  |  |   push, settle, find     |  told         |  |
//     +---------------------------+  |  +--------------------------|-------------->|  |
//                                    +-----------------------------|---------------+  |
//                                             answers              +------------------+
//   DIRECTORY: opens and retires queues, owns settings.   TIMER: wakes queues and the arbiter.
//
// Messages are one-way; what belongs together carries a request number. (CAF 0.17 keeps a handler
// for every open request in a flat map and never forgets its time-outs; see docs/decisions.)
#pragma once
#include "engine/arbiter/arbiter.hpp"
#include "engine/events.hpp"
#include "engine/queue/queue.hpp"
#include "wire/commands.hpp"

#include <caf/fwd.hpp>
#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace rota::actors {

// -- what a SESSION hears -----------------------------------------------------------------------------

/// From its connection.
struct client_command {
  std::uint64_t request = 0;
  command what;
};
/// The client sends nothing more, and may have died: its pops wait no longer.
struct input_ended {};
/// The connection is gone.
struct connection_closed {};

/// One part of a request came back. `position`: the last event that the answer depends on.
struct part_answer {
  std::uint64_t request = 0;
  std::uint32_t part = 0;
  engine::position position;
};
struct pushed_part : part_answer {
  std::vector<push_reply::job> jobs;
};
/// A grant's jobs, or nothing if they had just gone.
struct lease_part : part_answer {
  std::optional<lease> taken;
};
/// The ask is closed; so many lease_parts come in all.
struct ask_done : part_answer {
  std::uint32_t grants = 0;
};
struct settled_part : part_answer {
  struct item {
    std::uint32_t index = 0;
    bool lost = false;
    std::vector<settled_job> jobs;
    /// Extend: the new deadline. Defer: due; nothing when the job has ended.
    std::optional<engine::time_point> until;
    std::vector<engine::job_id> cancelled; ///< extend: jobs to be stopped.
    bool all_cancelled = false;            ///< extend
  };
  std::vector<item> items;
};
struct cancelled_part : part_answer {
  std::vector<std::string> cancelled;
  std::vector<std::string> cancelling;
  std::vector<std::string> wrong_state;
  std::vector<engine::job_id> unknown; ///< Not in memory; history may know them.
  bool more = false;
};
struct revived_part : part_answer {
  std::vector<std::string> revived;
  std::vector<std::string> wrong_state;
  std::vector<engine::job_id> unknown;
  bool more = false;
};
struct found_part : part_answer {
  std::optional<job_view> job;
  std::optional<engine::lane_number> lane;
};
struct listed_part : part_answer {
  std::vector<job_view> jobs;
  bool more = false;
};
struct counted_part : part_answer {
  queue_view view;
};
/// The arbiter's knowledge of one ready job.
struct ranked_part : part_answer {
  std::optional<std::size_t> global_position;
  engine::explanation why;
  std::optional<engine::start_estimate> start;
};
struct directory_part : part_answer {
  reply what;
};
/// Queues that were asked for are open: the push can go on.
struct queues_opened : part_answer {};
struct history_part : part_answer {
  std::vector<engine::job_record> records; ///< In the order of their numbers.
  bool more = false;
  engine::serial scanned_to; ///< With `more`: nothing up to there was left out.
  std::string error;         ///< Not empty: history could not be read.
};
struct stats_part : part_answer {
  std::vector<stats_reply::pool> pools;
};
/// What the arbiter alone knows.
struct arbiter_figures {
  engine::census demand;
  std::vector<engine::pool_view> pools;
  std::size_t mailbox = 0;
};
struct figures_part : part_answer {
  std::shared_ptr<arbiter_figures> figures; ///< The asker's own.
};
/// Messages that waited for the actor that was asked.
struct load_part : part_answer {
  std::size_t mailbox = 0;
};
/// Bytes that an executed job wrote, or why there are none.
struct output_part : part_answer {
  reply what;
};
/// A session adds what waits for it; see load.hpp.
class load_sum;
struct load_added {
  std::shared_ptr<load_sum> to;
};

/// Who settles attempts: a session for its worker, a poller or a runner for its executor.
using settler_actor = caf::typed_actor<caf::reacts_to<settled_part>>;
/// Who takes them.
using taker_actor = caf::typed_actor<caf::reacts_to<lease_part>, caf::reacts_to<ask_done>,
                                     caf::reacts_to<settled_part>>;

using session_actor = caf::typed_actor<
    caf::reacts_to<client_command>, caf::reacts_to<input_ended>, caf::reacts_to<connection_closed>,
    caf::reacts_to<pushed_part>, caf::reacts_to<lease_part>, caf::reacts_to<ask_done>,
    caf::reacts_to<settled_part>, caf::reacts_to<cancelled_part>, caf::reacts_to<revived_part>,
    caf::reacts_to<found_part>, caf::reacts_to<listed_part>, caf::reacts_to<counted_part>,
    caf::reacts_to<ranked_part>, caf::reacts_to<directory_part>, caf::reacts_to<queues_opened>,
    caf::reacts_to<history_part>, caf::reacts_to<stats_part>, caf::reacts_to<figures_part>,
    caf::reacts_to<load_part>, caf::reacts_to<load_added>, caf::reacts_to<output_part>>;

/// Where the answer to one part goes.
template <class Handle>
struct asked_by {
  Handle asker;
  std::uint64_t request = 0;
  std::uint32_t part = 0;
};
using part_of = asked_by<session_actor>;
using taker_part = asked_by<taker_actor>;

/// An answer to a part, without what it says.
template <class Answer, class Asker>
Answer answer_to(const asked_by<Asker>& part) {
  Answer answer;
  answer.request = part.request;
  answer.part = part.part;
  return answer;
}

/// How much waits for you? To several actors.
struct load_wanted : part_of {};

// -- what a QUEUE hears -------------------------------------------------------------------------------

struct push_part : part_of {
  std::vector<engine::job_spec> jobs; ///< Room for them is reserved.
};
/// From the arbiter: turns to hand out.
struct grant_order {
  taker_part ask;
  engine::take_order take;
};
struct grant_orders {
  std::vector<grant_order> grants;
};
struct settle_part : asked_by<settler_actor> {
  /// The executor runs it.
  struct started {
    std::string handle;
    engine::time_point at;
  };
  struct complete {
    engine::outcome how;
    std::optional<engine::execution> exit; ///< Of an executed job.
  };
  struct release {};
  /// The executor can't tell any more what became of it: a crash.
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
  bool by_executor = false; ///< Only its executor settles an executed attempt, and nothing else.
};
/// Cancel these, or up to `limit` of all.
struct cancel_part : part_of {
  std::vector<engine::serial> jobs;
  bool all = false;
  std::size_t limit = 0;
};
struct revive_part : part_of {
  std::vector<engine::serial> jobs;
  std::vector<engine::job_record> records; ///< From history.
  bool all = false;
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
/// The timer's word: the wake that was asked for is due.
struct wake {
  engine::time_point at{};
};
/// The journal wants its tail back.
struct snapshot_wanted {};
/// A piece of a snapshot is in the store; ended jobs in it may leave memory.
struct piece_written {
  std::uint64_t piece = 0;
};
/// The directory has unmapped the queue and the arbiter forgot it; nothing can come any more.
struct retire_now {};

using queue_actor = caf::typed_actor<
    caf::reacts_to<push_part>, caf::reacts_to<grant_orders>, caf::reacts_to<settle_part>,
    caf::reacts_to<cancel_part>, caf::reacts_to<revive_part>, caf::reacts_to<find_part>,
    caf::reacts_to<list_part>, caf::reacts_to<count_part>, caf::reacts_to<configure_queue>,
    caf::reacts_to<wake>, caf::reacts_to<snapshot_wanted>, caf::reacts_to<piece_written>,
    caf::reacts_to<retire_now>>;

// -- what the ARBITER hears ---------------------------------------------------------------------------

struct queue_joined {
  queue_actor queue;
  engine::queue_number number;
  std::string type;
  std::string tenant;
};
/// All that one message did to a queue, in one message.
struct queue_told {
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
/// The directory: this queue retires. Answered to the queue with retire_now.
struct queue_leaves {
  engine::queue_number number;
};
struct turn_ask {
  taker_part from;
  engine::ask what;   ///< Its id is made by the arbiter actor.
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
/// A setting as it now stands (nothing: the defaults).
struct setting_stands {
  setting_kind kind = setting_kind::type;
  std::string name;
  std::optional<setting_value> value;
};
struct queue_pause_stands {
  std::string type;
  std::string tenant;
  bool on = false;
};
struct drain_stands {
  bool on = false;
};
struct stats_wanted : part_of {};
struct figures_wanted : part_of {
  std::size_t tenants_max = 0;
};
/// INTERNAL: the next few queues of a census.
struct count_on {};

/// To the directory; a key's goes by the arbiter, which knows whether it is in use.
struct delete_setting : part_of {
  delete_setting_command what;
};

using arbiter_actor = caf::typed_actor<
    caf::reacts_to<queue_joined>, caf::reacts_to<queue_told>, caf::reacts_to<queue_leaves>,
    caf::reacts_to<turn_ask>, caf::reacts_to<withdraw_asks>, caf::reacts_to<rank_part>,
    caf::reacts_to<setting_stands>, caf::reacts_to<queue_pause_stands>,
    caf::reacts_to<drain_stands>, caf::reacts_to<stats_wanted>, caf::reacts_to<figures_wanted>,
    caf::reacts_to<count_on>, caf::reacts_to<delete_setting>, caf::reacts_to<wake>>;

// -- what the DIRECTORY hears -------------------------------------------------------------------------

/// Queues that a push needs; answered with queues_opened when all are there.
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
/// A queue has been idle for long enough.
struct wants_to_retire {
  engine::queue_number number;
};
/// A queue answers retire_now: it is gone, or it got work in the meantime and stays.
struct retired {
  engine::queue_number number;
  bool gone = true;
};

using directory_actor =
    caf::typed_actor<caf::reacts_to<open_queues>, caf::reacts_to<put_setting>,
                     caf::reacts_to<delete_setting>, caf::reacts_to<pause_queues>,
                     caf::reacts_to<drain_all>, caf::reacts_to<wants_to_retire>,
                     caf::reacts_to<retired>, caf::reacts_to<snapshot_wanted>,
                     caf::reacts_to<piece_written>, caf::reacts_to<load_wanted>>;

// -- what the TIMER hears -----------------------------------------------------------------------------

struct wake_queue {
  queue_actor queue;
  engine::queue_number number;
  engine::time_point at{};
};
struct wake_arbiter {
  arbiter_actor arbiter;
  engine::time_point at{};
};
/// INTERNAL: the one armed clock message; stale ones are ignored by number.
struct ring {
  std::uint64_t number = 0;
};

using timer_actor = caf::typed_actor<caf::reacts_to<wake_queue>, caf::reacts_to<wake_arbiter>,
                                     caf::reacts_to<ring>, caf::reacts_to<load_wanted>>;

} // namespace rota::actors

#define ROTA_MESSAGE(name) CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rota::actors::name)
ROTA_MESSAGE(client_command)
ROTA_MESSAGE(input_ended)
ROTA_MESSAGE(connection_closed)
ROTA_MESSAGE(pushed_part)
ROTA_MESSAGE(lease_part)
ROTA_MESSAGE(ask_done)
ROTA_MESSAGE(settled_part)
ROTA_MESSAGE(cancelled_part)
ROTA_MESSAGE(revived_part)
ROTA_MESSAGE(found_part)
ROTA_MESSAGE(listed_part)
ROTA_MESSAGE(counted_part)
ROTA_MESSAGE(ranked_part)
ROTA_MESSAGE(directory_part)
ROTA_MESSAGE(queues_opened)
ROTA_MESSAGE(history_part)
ROTA_MESSAGE(stats_part)
ROTA_MESSAGE(figures_part)
ROTA_MESSAGE(load_part)
ROTA_MESSAGE(output_part)
ROTA_MESSAGE(load_added)
ROTA_MESSAGE(load_wanted)
ROTA_MESSAGE(push_part)
ROTA_MESSAGE(grant_orders)
ROTA_MESSAGE(settle_part)
ROTA_MESSAGE(cancel_part)
ROTA_MESSAGE(revive_part)
ROTA_MESSAGE(find_part)
ROTA_MESSAGE(list_part)
ROTA_MESSAGE(count_part)
ROTA_MESSAGE(configure_queue)
ROTA_MESSAGE(wake)
ROTA_MESSAGE(snapshot_wanted)
ROTA_MESSAGE(piece_written)
ROTA_MESSAGE(retire_now)
ROTA_MESSAGE(queue_joined)
ROTA_MESSAGE(queue_told)
ROTA_MESSAGE(queue_leaves)
ROTA_MESSAGE(turn_ask)
ROTA_MESSAGE(withdraw_asks)
ROTA_MESSAGE(rank_part)
ROTA_MESSAGE(setting_stands)
ROTA_MESSAGE(queue_pause_stands)
ROTA_MESSAGE(drain_stands)
ROTA_MESSAGE(stats_wanted)
ROTA_MESSAGE(figures_wanted)
ROTA_MESSAGE(count_on)
ROTA_MESSAGE(open_queues)
ROTA_MESSAGE(put_setting)
ROTA_MESSAGE(delete_setting)
ROTA_MESSAGE(pause_queues)
ROTA_MESSAGE(drain_all)
ROTA_MESSAGE(wants_to_retire)
ROTA_MESSAGE(retired)
ROTA_MESSAGE(wake_queue)
ROTA_MESSAGE(wake_arbiter)
ROTA_MESSAGE(ring)
#undef ROTA_MESSAGE
