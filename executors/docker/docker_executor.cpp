#include "executors/docker/docker_executor.hpp"

#include "executors/docker/container_spec.hpp"
#include "executors/docker/container_starter.hpp"
#include "executors/docker/engine_api.hpp"
#include "executors/docker/event_stream.hpp"
#include "executors/docker/exit_watch.hpp"
#include "executors/docker/process_watch.hpp"
#include "executors/docker/run_folders.hpp"
#include "executors/polling.hpp"
#include "json/slice.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <set>
#include <thread>
#include <utility>

namespace rota::executors {
namespace {

using namespace docker;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds call_time{20};
constexpr seconds list_time{50};
constexpr seconds fence_time{50};
constexpr milliseconds fence_pause{50};
constexpr int fence_failures_max = 5;
constexpr unsigned being_removed = 409;
/// An engine that does not report a container as running this long after its claim never will.
constexpr seconds claim_time{60};
constexpr int signal_base = 128;
constexpr const char* out_of_memory = "out of memory";
/// podman answers a KILL only after its own cleanup, which may take long.
constexpr seconds kill_time{5};
constexpr int signal_max = 64;

deadline in(std::chrono::steady_clock::duration time) {
  return std::chrono::steady_clock::now() + time;
}

std::string socket_of(const std::string& options) {
  constexpr std::string_view scheme = "unix:";
  const auto value = json_value{options}.as_object().find("socket");
  std::string socket = value ? value->as_string() : "";
  if (socket.starts_with(scheme))
    socket.erase(0, scheme.size());
  if (socket.starts_with("//"))
    socket.erase(0, 2);
  return socket.empty() ? "/var/run/docker.sock" : socket;
}

/// Engines, like shells, report a signal as a code above 128.
void set_code(attempt_result& how, int code) {
  if (code > signal_base && code <= signal_base + signal_max)
    how.signal = code - signal_base;
  else
    how.exit_code = code;
}

class docker_executor final : public executor {
public:
  explicit docker_executor(const executor_setup& place)
      : instance_(place.instance),
        labels_{"rota.instance=" + place.instance, "rota.executor=" + place.name},
        api_(socket_of(place.options)),
        folders_(place.folder),
        watch_(place.folder + "/engine"),
        starter_(api_, folders_, watch_, place.instance, place.name) {}

  std::optional<double> capacity() override {
    if (const auto processors = api_.processors(in(call_time)))
      processors_ = *processors;
    return processors_;
  }

  start_result start(const start_order& order) override {
    return starter_.start(order, [this](const std::string& name) {
      if (exit_watch_)
        exit_watch_->add(name, folders_.io_folder(name));
    });
  }
  backend_result<std::vector<listed_attempt>> list() override;
  backend_result<attempt_result> result(const std::string& name) override;
  backend_result<void> signal(const std::string& name, stop_signal what) override;
  backend_result<void> fence(const std::string& name) override;
  backend_result<void> remove(const std::string& name) override;
  backend_result<std::optional<output_piece>> output(const std::string& name, output_stream stream,
                                                     std::uint64_t offset,
                                                     std::size_t limit) override;
  void on_hint(std::function<void(const std::string& name)> hint) override {
    exit_watch_.emplace(hint);
    for (const std::string& name : folders_.names())
      exit_watch_->add(name, folders_.io_folder(name));
    events_.emplace(api_.socket(), engine_api::events_target(labels_), std::move(hint));
  }

private:
  [[nodiscard]] std::string container(const std::string& name) const {
    return container_name(instance_, name);
  }
  [[nodiscard]] std::optional<attempt_state> state_without_engine(const std::string& name) const;
  attempt_state state_of(const container_row& row, deadline until);
  attempt_state state_of_running(const container_row& row, deadline until);
  [[nodiscard]] attempt_state state_of_created(const std::string& name) const;
  [[nodiscard]] attempt_result result_by_record(const std::string& name, const exit_record& record,
                                                const container_facts& facts) const;
  [[nodiscard]] attempt_result result_by_engine(const std::string& name,
                                                const container_facts& facts) const;
  void add_output(const std::string& name, attempt_result& how) const;
  backend_result<void> remove_container(const std::string& name, deadline until);
  backend_result<bool> has_ended(const std::string& name);

  const std::string instance_;
  const std::vector<std::string> labels_;
  engine_api api_;
  run_folders folders_;
  process_watch watch_;
  container_starter starter_;
  std::optional<exit_watch> exit_watch_;
  std::optional<event_stream> events_;
  std::atomic<double> processors_ = 0; ///< 0 until the engine has answered once.
};

backend_result<std::vector<listed_attempt>> docker_executor::list() {
  const deadline until = in(list_time);
  // Before the engine is asked: an attempt that has ended by now and is missing from its list was
  // removed by others.
  const std::vector<std::string> attempts = folders_.names();
  std::vector<std::string> settled = attempts;
  std::erase_if(settled, [&](const std::string& name) { return !state_without_engine(name); });
  auto rows = api_.list(labels_, until);
  if (!rows && is_without_layer(rows.error())) {
    for (const std::string& name : attempts)
      (void)api_.inspect(container(name), until);
    rows = api_.list(labels_, until);
  }
  if (!rows)
    return backend_error{rows.error().text()};
  std::vector<listed_attempt> seen;
  std::set<std::string> names;
  for (const container_row& row : *rows) {
    const std::string& name = row.attempt;
    if (!is_attempt_name(name) || row.container != container(name))
      continue;
    names.insert(name);
    seen.push_back({name, state_of(row, until)});
  }
  for (const std::string& name : settled)
    if (const auto what = state_without_engine(name); what && !names.contains(name))
      seen.push_back({name, *what});
  watch_.keep_only(names);
  return seen;
}

/// The wrapper's record precedes the engine's report, which may be late.
std::optional<attempt_state> docker_executor::state_without_engine(const std::string& name) const {
  if (folders_.is_fenced(name))
    return attempt_state::lost;
  return folders_.exit_record_of(name) ? std::optional{attempt_state::ended} : std::nullopt;
}

attempt_state docker_executor::state_of(const container_row& row, deadline until) {
  folders_.cut_output(row.attempt);
  if (const auto what = state_without_engine(row.attempt))
    return *what;
  switch (row.state) {
  case container_state::created: return state_of_created(row.attempt);
  case container_state::running: return state_of_running(row, until);
  case container_state::removing:
    return folders_.claim_of(row.attempt) == claim_state::unclaimed ? attempt_state::created
                                                                    : attempt_state::lost;
  case container_state::ended: break;
  }
  return attempt_state::ended;
}

/// The engine's state is outdated if it, or the machine, died after the container had run.
attempt_state docker_executor::state_of_created(const std::string& name) const {
  const claim_state before = folders_.claim_of(name);
  if (before == claim_state::unclaimed)
    return attempt_state::created;
  const auto claimed = folders_.claimed_at(name);
  const bool is_starting =
      before == claim_state::claimed && claimed && *claimed + claim_time > now();
  return is_starting ? attempt_state::running : attempt_state::lost;
}

attempt_state docker_executor::state_of_running(const container_row& row, deadline until) {
  const std::string& name = row.attempt;
  if (!watch_.process_of(name)) { // once for each attempt that this object did not start
    const auto facts = api_.inspect(row.container, until);
    if (facts)
      watch_.record(name, facts->pid);
  }
  if (!api_.is_podman() || !watch_.is_abandoned(name, row.id))
    return attempt_state::running;
  // Its conmon may have reported the end between list() and the check of /proc.
  const auto facts = api_.inspect(row.container, until);
  if (!facts)
    return attempt_state::running;
  if (facts->state == container_state::ended || folders_.exit_record_of(name))
    return attempt_state::ended;
  return attempt_state::lost;
}

attempt_result docker_executor::result_by_record(const std::string& name, const exit_record& record,
                                                 const container_facts& facts) const {
  attempt_result how;
  set_code(how, record.code);
  how.started = facts.started.value_or(folders_.claimed_at(name).value_or(record.at));
  how.finished = record.at;
  if (facts.out_of_memory)
    how.message = out_of_memory;
  return how;
}

attempt_result docker_executor::result_by_engine(const std::string& name,
                                                 const container_facts& facts) const {
  const auto record = folders_.exit_record_of(name);
  const auto claimed = folders_.claimed_at(name);
  attempt_result how;
  if (record) // dockerd may report 255 if it was dead, or if the container was started again
    set_code(how, record->code);
  else if (facts.exit_code != exit_code_unclaimed || !claimed)
    set_code(how, facts.exit_code);
  else
    how.message = "the container was restarted; how the attempt ended is unknown";
  how.started = facts.started.value_or(claimed.value_or(engine::time_point{}));
  how.finished = facts.finished.value_or(how.started);
  if (facts.out_of_memory)
    how.message = out_of_memory;
  else if (!facts.error.empty())
    how.message = facts.error;
  return how;
}

void docker_executor::add_output(const std::string& name, attempt_result& how) const {
  folders_.cut_output(name);
  how.timed_out = folders_.timed_out(name);
  how.is_of_envelope = folders_.is_of_envelope(name);
  how.output = folders_.read(name, output_stream::out, 0, attempt_result::output_bytes_max);
  how.output_is_cut =
      folders_.is_cut(name) || folders_.size_of(name, output_stream::out) > how.output.size();
  const std::uint64_t errors = folders_.size_of(name, output_stream::err);
  how.error_tail =
      folders_.read(name, output_stream::err,
                    errors - std::min<std::uint64_t>(errors, attempt_result::error_bytes_max),
                    attempt_result::error_bytes_max);
}

backend_result<attempt_result> docker_executor::result(const std::string& name) {
  const auto facts = api_.inspect(container(name), in(call_time));
  if (!facts && !facts.error().is_unknown())
    return backend_error{facts.error().text()};
  std::optional<attempt_result> how;
  if (facts && facts->state == container_state::ended)
    how = result_by_engine(name, *facts);
  else if (const auto record = folders_.exit_record_of(name))
    how = result_by_record(name, *record, facts ? *facts : container_facts{});
  if (!how)
    return backend_error{facts ? "the container has not ended" : "the container is gone"};
  add_output(name, *how);
  return *how;
}

backend_result<void> docker_executor::signal(const std::string& name, stop_signal what) {
  const bool is_kill = what == stop_signal::kill;
  const auto sent = api_.kill(container(name), is_kill ? "SIGKILL" : "SIGTERM",
                              in(is_kill ? kill_time : call_time));
  if (sent || sent.error().is_unknown() || folders_.exit_record_of(name)) // it has just ended
    return {};
  const auto facts = api_.inspect(container(name), in(call_time));
  const bool runs = facts ? facts->state == container_state::running : !facts.error().is_unknown();
  if (runs)
    return backend_error{sent.error().text()};
  return {};
}

/// Repeats until the engine reports that there is no such container.
backend_result<void> docker_executor::remove_container(const std::string& name, deadline until) {
  for (int failures = 0; failures < fence_failures_max;) {
    auto removed = api_.remove(container(name), until);
    if (removed)
      continue;
    if (removed.error().is_unknown())
      return {};
    if (removed.error().status == 0)
      return backend_error{removed.error().text()};
    if (removed.error().status != being_removed)
      ++failures;
    std::this_thread::sleep_for(fence_pause);
  }
  return backend_error{"the container engine did not remove the container " + container(name)};
}

backend_result<void> docker_executor::fence(const std::string& name) {
  const deadline until = in(fence_time);
  if (auto marked = folders_.fence(name); !marked)
    return marked;
  if (!watch_.process_of(name))
    if (const auto facts = api_.inspect(container(name), until))
      watch_.record(name, facts->pid);
  if (auto removed = remove_container(name, until); !removed)
    return removed;
  if (!watch_.end(name, until))
    return backend_error{"the attempt's process outlived its container"};
  return {};
}

backend_result<void> docker_executor::remove(const std::string& name) {
  // The folder first: an attempt in the engine's list without a folder was already recorded.
  if (auto kept = folders_.retire(name); !kept)
    return kept;
  return remove_container(name, in(fence_time));
}

backend_result<bool> docker_executor::has_ended(const std::string& name) {
  const auto is = [](bool truth) {
    return backend_result<bool>{boost::system::in_place_value, truth};
  };
  if (folders_.is_retired(name) || folders_.is_fenced(name) || folders_.exit_record_of(name))
    return is(true);
  const auto facts = api_.inspect(container(name), in(call_time));
  if (!facts && !facts.error().is_unknown())
    return backend_error{facts.error().text()};
  return is(!facts || facts->state == container_state::ended);
}

backend_result<std::optional<output_piece>> docker_executor::output(const std::string& name,
                                                                    output_stream stream,
                                                                    std::uint64_t offset,
                                                                    std::size_t limit) {
  if (!is_attempt_name(name) || !folders_.has_output(name))
    return std::optional<output_piece>{};
  output_piece piece{folders_.read(name, stream, offset, limit), false};
  if (offset + piece.bytes.size() < folders_.size_of(name, stream))
    return std::optional{std::move(piece)};
  const auto over = has_ended(name);
  if (!over)
    return over.error();
  if (*over) { // it may have written more since the read
    piece.bytes = folders_.read(name, stream, offset, limit);
    piece.at_end = offset + piece.bytes.size() >= folders_.size_of(name, stream);
  }
  return std::optional{std::move(piece)};
}

} // namespace

std::unique_ptr<executor> make_docker_executor(const executor_setup& place) {
  return std::make_unique<docker_executor>(place);
}

} // namespace rota::executors
