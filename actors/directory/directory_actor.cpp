#include "actors/directory/directory_actor.hpp"

#include "actors/directory/setting_records.hpp"
#include "actors/queue/queue_actor.hpp"
#include "actors/runtime/traced_actor.hpp"
#include "persistence/formats/records.hpp"

#include <caf/actor_system.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <map>
#include <set>
#include <unordered_map>

namespace rota::actors {
namespace {

using namespace engine;

/// A push that waits for a queue that is retiring.
struct parked_open {
  part_of from;
  std::size_t missing = 0;
};

struct directory_state {
  shared_state_ptr shared;
  position last;
  std::set<setting_name> dirty_settings; ///< Changed since the last snapshot.
  std::set<std::pair<std::string, std::string>> dirty_pauses;
  std::set<queue_number> dirty_queues;
  std::unordered_map<queue_number, queue_actor> retiring;
  std::unordered_map<queue_number, std::vector<std::shared_ptr<parked_open>>> parked;
  static constexpr const char* name = "directory";
};

using self_pointer = traced_pointer<directory_actor, directory_state>;

/// Appends one of the directory's records.
template <class Record>
void append(directory_state& state, const Record& record) {
  std::string bytes;
  persistence::byte_writer out{bytes};
  persistence::encode(out, record);
  state.last = state.shared->journal.append(directory_queue, bytes, 1);
}

void answer(self_pointer self, const part_of& part, reply what) {
  self->send(part.asker, answer_to(part, self->state.last, std::move(what)));
}

// -- opening and retiring queues ------------------------------------------------------------------

void spawn_and_map(self_pointer self, queue_number number, const queue_map::name& name) {
  auto& shared = self->state.shared;
  auto core = std::make_shared<queue>(queue_identity{number, name.type, name.tenant},
                                      shared->board.type(name.type));
  shared->queues.map(number, spawn_queue(self->system(), shared, std::move(core)));
}

/// Returns true if the queue is open now; false if it is retiring and must end first.
bool open_one(self_pointer self, const open_queues::name& name) {
  auto& state = self->state;
  const auto [number, fresh] = state.shared->queues.number_for(name.type, name.tenant);
  if (fresh) {
    append(state, persistence::queue_opened{number, name.type, name.tenant});
    state.dirty_queues.insert(number);
  }
  if (state.retiring.contains(number))
    return false;
  if (!state.shared->queues.mapped(number))
    spawn_and_map(self, number, {name.type, name.tenant});
  return true;
}

void queues_are_open(self_pointer self, const part_of& part) {
  self->send(part.asker, answer_to(part, {}, queues_opened{}));
}

void on_open(self_pointer self, const open_queues& wanted) {
  auto& state = self->state;
  auto waiting = std::make_shared<parked_open>(parked_open{wanted, 0});
  for (const auto& name : wanted.names)
    if (!open_one(self, name)) {
      ++waiting->missing;
      state.parked[state.shared->queues.number_for(name.type, name.tenant).first].push_back(
          waiting);
    }
  if (waiting->missing == 0)
    queues_are_open(self, wanted);
}

void on_retirement_wanted(self_pointer self, retirement_wanted w) {
  auto& state = self->state;
  state.retiring[w.number] = state.shared->queues.unmap(w.number);
  self->send(state.shared->arbiter, queue_removed{w.number});
}

void on_retirement_answer(self_pointer self, const retirement_answer& r) {
  auto& state = self->state;
  auto actor = std::move(state.retiring.at(r.number));
  state.retiring.erase(r.number);
  if (!r.has_ended) { // it may have missed a change of its type's settings
    self->send(actor, configure_queue{
                          state.shared->board.type(state.shared->queues.name_of(r.number)->type)});
    state.shared->queues.map(r.number, std::move(actor));
  }
  const auto parked = state.parked.extract(r.number);
  if (parked.empty())
    return;
  if (r.has_ended)
    spawn_and_map(self, r.number, *state.shared->queues.name_of(r.number));
  for (const auto& waiting : parked.mapped())
    if (--waiting->missing == 0)
      queues_are_open(self, waiting->from);
}

// -- settings -------------------------------------------------------------------------------------

void configure_queues_of(self_pointer self, const std::string& type) {
  auto& shared = *self->state.shared;
  const auto settings = shared.board.type(type);
  for (const auto number : shared.queues.page({type, {}}, {}, ~std::size_t{0}))
    shared.queues.send_to(
        number, [&](const queue_actor& queue) { self->send(queue, configure_queue{settings}); });
}

/// Applies a setting: journals it, publishes it on the board, notifies the actors that use it.
void apply_setting(self_pointer self, setting_kind kind, const std::string& name,
                   const std::optional<setting>& value) {
  auto& state = self->state;
  append(state, persistence::setting_changed{kind, name, value});
  state.dirty_settings.insert({kind, name});
  state.shared->board.change([&](all_settings& all) { set_in(all, kind, name, value); });
  self->send(state.shared->arbiter, setting_changed{kind, name, value});
  if (kind == setting_kind::executor)
    self->send(state.shared->supervisor,
               executor_changed{name, value ? std::optional{std::get<executor_settings>(*value)}
                                            : std::nullopt});
  if (kind == setting_kind::type)
    configure_queues_of(self, name);
}

refusal invalid(const flaw& why) {
  auto r = refused(refusal::kind::invalid, why.reason);
  r.path = why.path;
  return r;
}

/// The name of the external workers' pool.
constexpr bool is_reserved(setting_kind kind, std::string_view name) {
  return kind == setting_kind::executor && name == default_pool;
}

/// Returns why an executor cannot get these settings now: another kind or socket makes another
/// backend, which does not have the attempts of the first.
std::optional<std::string> why_not_replaced(const shared_state& shared, const std::string& name,
                                            const executor_settings& wanted) {
  const auto present = shared.executors.find(name);
  if (!present || same_backend(present->settings, wanted) || !shared.executors.has_attempts(name))
    return std::nullopt;
  return "the executor has running attempts; change its kind or socket when it has none";
}

void on_put(self_pointer self, const put_setting& part) {
  const auto& put = part.what;
  if (is_reserved(put.kind, put.name))
    return answer(self, part, invalid({"/name", "is reserved for the pool of external workers"}));
  auto& board = self->state.shared->board;
  auto value = board.read([&](const all_settings& all) { return merged_in(all, put); });
  if (!value)
    return answer(self, part, invalid(value.error()));
  if (put.kind == setting_kind::executor)
    if (const auto why =
            why_not_replaced(*self->state.shared, put.name, std::get<executor_settings>(*value)))
      return answer(self, part, in_use(*why));
  apply_setting(self, put.kind, put.name, *value);
  answer(self, part, setting_view{put.kind, put.name, std::move(*value)});
}

/// Returns why a setting cannot be deleted now; nothing if it can.
std::optional<std::string> why_in_use(const shared_state& shared, setting_kind kind,
                                      const std::string& name) {
  const auto has_queue = [&](const queue_filter& filter) {
    for (const auto number : shared.queues.page(filter, {}, ~std::size_t{0}))
      if (shared.queues.mapped(number))
        return true;
    return false;
  };
  if (kind == setting_kind::type && has_queue({name, {}}))
    return "the type has jobs, or had jobs within the last minute";
  if (kind == setting_kind::tenant && has_queue({{}, name}))
    return "the tenant has jobs, or had jobs within the last minute";
  if (kind == setting_kind::executor && name == standard_executor)
    return "this executor cannot be removed; lower its slots instead";
  if (kind == setting_kind::executor)
    return shared.board.read([&](const all_settings& all) -> std::optional<std::string> {
      for (const auto& [type, settings] : all.types)
        if (settings.executor && settings.executor->name == name)
          return "the type " + type + " uses the executor";
      if (shared.executors.has_attempts(name))
        return "the executor has running attempts";
      return std::nullopt;
    });
  return std::nullopt;
}

void on_delete(self_pointer self, const delete_setting& part) {
  const auto& what = part.what;
  auto& shared = *self->state.shared;
  if (!shared.board.read(
          [&](const all_settings& all) { return find_in(all, what.kind, what.name).has_value(); }))
    return answer(self, part, no_such_setting());
  if (const auto why = why_in_use(shared, what.kind, what.name))
    return answer(self, part, in_use(*why));
  apply_setting(self, what.kind, what.name, std::nullopt);
  answer(self, part, delete_setting_reply{what.name});
}

// -- pause and drain ------------------------------------------------------------------------------

void pause_one_queue(self_pointer self, const pause_command& what) {
  auto& state = self->state;
  const auto& type = what.filter.type;
  const auto& tenant = what.filter.tenant;
  append(state, persistence::queue_paused{type, tenant, what.on});
  state.dirty_pauses.insert({type, tenant});
  state.shared->board.change([&](all_settings& all) { set_paused_in(all, type, tenant, what.on); });
  self->send(state.shared->arbiter, queue_pause_changed{type, tenant, what.on});
}

/// A type or a tenant is paused by its setting, a single queue by a flag of its own.
void on_pause(self_pointer self, const pause_queues& part) {
  const auto& what = part.what;
  auto& board = self->state.shared->board;
  if (!what.filter.type.empty() && !what.filter.tenant.empty()) {
    pause_one_queue(self, what);
  } else if (!what.filter.type.empty()) {
    auto settings = board.type(what.filter.type);
    settings.paused = what.on;
    apply_setting(self, setting_kind::type, what.filter.type, settings);
  } else {
    auto settings = board.tenant(what.filter.tenant);
    settings.paused = what.on;
    apply_setting(self, setting_kind::tenant, what.filter.tenant, settings);
  }
  answer(self, part, pause_reply{what.filter, what.on});
}

void on_drain(self_pointer self, const drain_all& part) {
  auto& shared = *self->state.shared;
  shared.draining = part.what.on;
  self->send(shared.arbiter, drain_changed{part.what.on});
  answer(self, part, drain_reply{part.what.on});
}

// -- snapshots ------------------------------------------------------------------------------------

/// The directory is small and rarely changes: its rows are written in one piece.
void on_snapshot_wanted(self_pointer self) {
  auto& state = self->state;
  auto& shared = *state.shared;
  persistence::row_batch batch;
  batch.queue = directory_queue;
  batch.reflects = state.last;
  batch.last_piece = true;
  shared.board.read([&](const all_settings& all) {
    for (const auto& name : state.dirty_settings)
      batch.changes.push_back(row_of(all, name));
    for (const auto& [type, tenant] : state.dirty_pauses)
      batch.changes.push_back(pause_row(type, tenant, all.paused_queues.contains({type, tenant})));
  });
  for (const auto number : state.dirty_queues)
    batch.changes.push_back(queue_row(number, *shared.queues.name_of(number)));
  state.dirty_settings.clear();
  state.dirty_pauses.clear();
  state.dirty_queues.clear();
  shared.journal.offer_rows(std::move(batch));
}

directory_actor::behavior_type behave(self_pointer self, shared_state_ptr shared) {
  self->state.shared = std::move(shared);
  return {
      [=](const open_queues& wanted) { on_open(self, wanted); },
      [=](const put_setting& part) { on_put(self, part); },
      [=](const delete_setting& part) { on_delete(self, part); },
      [=](const pause_queues& part) { on_pause(self, part); },
      [=](const drain_all& part) { on_drain(self, part); },
      [=](retirement_wanted w) { on_retirement_wanted(self, w); },
      [=](const retirement_answer& r) { on_retirement_answer(self, r); },
      [=](snapshot_wanted) { on_snapshot_wanted(self); },
      [=](const load_wanted& part) { send_load(self, part); },
  };
}

} // namespace

directory_actor spawn_directory(caf::actor_system& system, shared_state_ptr shared) {
  return system.spawn(behave, std::move(shared));
}

} // namespace rota::actors
