#include "actors/runtime/engine_runtime.hpp"

#include "actors/executor/backend_maker.hpp"
#include "actors/runtime/recovery.hpp"
#include "actors/runtime/runtime_actors.hpp"
#include "actors/runtime/shared_state.hpp"
#include "actors/session/session_actor.hpp"
#include "persistence/history/history_reader.hpp"
#include "persistence/journal/journal.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/logger.hpp>
#include <caf/send.hpp>
#include <unistd.h>

#include <algorithm>
#include <future>
#include <thread>

namespace rota::actors {
namespace {

/// Messages that an actor handles in a row; CAF's default starves the other actors.
constexpr std::size_t messages_per_turn = 200;

caf::actor_system_config actor_config(std::size_t threads) {
  caf::actor_system_config config;
  config.set("scheduler.max-threads", threads);
  config.set("scheduler.max-throughput", messages_per_turn);
  // Sleeps when idle, and wakes quickly for messages from outside.
  config.set("scheduler.policy", caf::atom("sharing"));
  return config;
}

engine::time_point wall_time() {
  return engine::from_us(std::chrono::duration_cast<std::chrono::microseconds>(
                             std::chrono::system_clock::now().time_since_epoch())
                             .count());
}

/// Adds the executor `process` with as many slots as cores.
void add_standard_executor(all_settings& settings) {
  const auto cores = std::max(1U, std::thread::hardware_concurrency());
  settings.executors.try_emplace(
      standard_executor, engine::executor_settings{"process", engine::micro::of(cores), {}});
}

/// Returns the root of the run folders. With a store in memory it is temporary, like the store.
std::filesystem::path run_folder_in(const std::filesystem::path& folder,
                                    persistence::durability level) {
  return level == persistence::durability::memory
             ? std::filesystem::temp_directory_path() / ("rota-run-" + std::to_string(getpid()))
             : std::filesystem::absolute(folder) / "run";
}

} // namespace

std::size_t half_of_memory() {
  return static_cast<std::size_t>(sysconf(_SC_PHYS_PAGES)) *
         static_cast<std::size_t>(sysconf(_SC_PAGE_SIZE)) / 2;
}

/// Declared in the order of their dependencies: the store outlives the journal, the journal the
/// actors.
struct engine_runtime::impl {
  runtime_callbacks callbacks;
  std::unique_ptr<persistence::store> store;
  std::unique_ptr<persistence::journal> journal;
  std::unique_ptr<persistence::history_reader> history;
  caf::actor_system_config config;
  std::unique_ptr<caf::actor_system> system;
  shared_state_ptr shared;
  engine::time_point started{};
  bool stopped = false;

  std::filesystem::path to_remove; ///< Removed at the end; empty: nothing.

  explicit impl(std::size_t threads) : config(actor_config(threads)) {}
  ~impl() {
    end_actors();
    std::error_code ignored;
    if (!to_remove.empty())
      std::filesystem::remove_all(to_remove, ignored);
  }

  persistence::store_status open_journal(const runtime_options& options);
  void end_actors();
};

persistence::store_status engine_runtime::impl::open_journal(const runtime_options& options) {
  persistence::journal_options o;
  o.bytes_max = options.journal_bytes;
  o.snapshot_after = options.snapshot;
  o.retention = {std::chrono::microseconds{options.history_age}.count(), options.history_jobs};
  auto c = callbacks_for(shared);
  c.on_durable = [this, reached = std::move(c.on_durable)](engine::position position) {
    if (callbacks.on_durable)
      callbacks.on_durable(position);
    reached(position);
  };
  c.on_failed = callbacks.on_failed;
  auto opened = persistence::journal::open(*store, std::move(o), std::move(c));
  if (!opened)
    return opened.error();
  journal = std::move(*opened);
  return {};
}

/// Kills the remaining actors and waits for their end.
void engine_runtime::impl::end_actors() {
  if (!system)
    return;
  if (shared) {
    kill_actors(*shared);
    for (const auto& session : shared->sessions.all())
      caf::anon_send_exit(session, caf::exit_reason::kill);
  }
  if (journal)
    journal->stop();
  if (history)
    history->stop();
  if (shared)
    shared->executors.clear();
  system.reset();
}

engine_runtime::opened engine_runtime::open(const std::filesystem::path& folder,
                                            persistence::durability level,
                                            const runtime_options& options,
                                            runtime_callbacks callbacks) {
  auto store = persistence::store::open(
      folder, {.level = level, .journal_bytes_max = options.journal_bytes});
  if (!store)
    return store.error();
  auto found = recover(**store);
  if (!found)
    return found.error();
  const auto started = wall_time();
  const auto now = std::max(started, found->last_seen + engine::duration{1});
  const auto start = found->start + 1;
  if (auto done = record_start(**store, start, now); !done)
    return done.error();
  if (callbacks.on_durable) // answers about recovered state must not wait for a commit
    callbacks.on_durable((*store)->last_position());
  if (auto done = (*store)->write_rows(found->directory_rows); !done)
    return done.error();
  auto impl = std::make_unique<engine_runtime::impl>(options.threads);
  impl->callbacks = std::move(callbacks);
  if (level == persistence::durability::memory)
    impl->to_remove = run_folder_in(folder, level);
  impl->store = std::move(*store);
  impl->system = std::make_unique<caf::actor_system>(impl->config);
  if (auto done = impl->open_journal(options); !done)
    return done.error();
  impl->history = std::make_unique<persistence::history_reader>(*impl->store);
  add_standard_executor(found->settings);
  impl->started = started;
  impl->shared = std::make_shared<shared_state>(
      *impl->journal, *impl->history, start,
      // Both clocks are read now: the commit above took time, which would delay the wall time of
      // this run, by a different amount after each restart.
      engine_clock{std::max(wall_time(), now), impl->system->clock().now()}, found->settings,
      options.max_waiting_bytes);
  impl->shared->limits.orphan_after = options.orphan_after;
  impl->shared->limits.audit_every = std::chrono::minutes{1};
  impl->shared->durable.reached(impl->store->last_position());
  const auto joined = spawn_actors(*impl->system, impl->shared, std::move(*found),
                                   make_backends({run_folder_in(folder, level), options.programs}));
  // Otherwise the first clients would see, and get, only what has been reported by then.
  joined->wait();
  return std::shared_ptr<engine_runtime>{new engine_runtime{std::move(impl)}};
}

engine_runtime::engine_runtime(std::unique_ptr<impl> impl) : impl_(std::move(impl)) {}
engine_runtime::~engine_runtime() = default;

session_actor engine_runtime::open_session(std::shared_ptr<answer_sink> sink) {
  auto session = spawn_session(*impl_->system, impl_->shared, std::move(sink));
  // CAF's spawn leaves a reference to its logger in this foreign thread, and the end of the actor
  // system would wait for it forever.
  caf::logger::set_current_actor_system(nullptr);
  return session;
}

void engine_runtime::release_leases(const std::vector<engine::attempt_id>& leases) {
  for (const auto& lease : leases)
    impl_->shared->queues.send_to(lease.queue, [&](const queue_actor& queue) {
      caf::anon_send(queue, settle_attempt(lease.number, settle_part::release{}));
    });
}

const settings_board& engine_runtime::board() const { return impl_->shared->board; }
engine::time_point engine_runtime::now() const {
  return impl_->shared->clock.at(impl_->system->clock().now());
}
engine::time_point engine_runtime::started() const { return impl_->started; }
bool engine_runtime::draining() const { return impl_->shared->draining; }

journal_view engine_runtime::view() const {
  journal_view seen;
  seen.appended = impl_->journal->appended();
  seen.durable = impl_->journal->durable();
  seen.journal = impl_->journal->stats();
  return seen;
}

void engine_runtime::snapshot(std::function<void()> done) {
  impl_->journal->snapshot_all(std::move(done));
}

slow_messages& engine_runtime::slow() { return impl_->shared->slow; }

persistence::store_status engine_runtime::back_up(const std::filesystem::path& folder) {
  return impl_->store->back_up(folder);
}

void engine_runtime::stop_granting() {
  impl_->shared->draining = true;
  caf::anon_send(impl_->shared->arbiter, drain_changed{true});
}

void engine_runtime::stop(std::chrono::milliseconds timeout) {
  stop_granting();
  auto clean = std::make_shared<std::promise<void>>();
  auto done = clean->get_future();
  impl_->journal->snapshot_all([clean] { clean->set_value(); });
  done.wait_for(timeout);
  impl_->end_actors();
}

} // namespace rota::actors
