#include "executors/process/process_executor.hpp"

#include "executors/polling.hpp"
#include "executors/process/attempt_folders.hpp"
#include "executors/process/attempt_processes.hpp"
#include "executors/process/end_watch.hpp"
#include "executors/process/run_folder/records.hpp"
#include "executors/process/shim_order.hpp"
#include "executors/process/shim_start.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <thread>
#include <utility>

namespace rota::executors {
namespace {

using std::chrono::milliseconds;
using system::descriptor;

constexpr int start_patience_ms = 30'000;
constexpr milliseconds settle_patience{5'000};
/// Time for a shim to end its command before the shim is killed.
constexpr milliseconds shim_patience{3'000};
constexpr std::int64_t fence_patience_ms = 30'000;

constexpr milliseconds poll_pause{5};

start_failure failure_of(int error, const std::string& what) {
  return temporary_failure(what + ": " + system::reason_of(error));
}

class process_executor final : public executor {
public:
  explicit process_executor(executor_setup place)
      : place_(std::move(place)), folders_(place_.folder) {}

  std::optional<double> capacity() override {
    return std::max(1U, std::thread::hardware_concurrency());
  }
  start_result start(const start_order& order) override;
  backend_result<std::vector<listed_attempt>> list() override;
  backend_result<attempt_result> result(const std::string& name) override;
  backend_result<void> signal(const std::string& name, stop_signal what) override;
  backend_result<void> fence(const std::string& name) override;
  backend_result<void> remove(const std::string& name) override;
  backend_result<std::optional<output_piece>> output(const std::string& name, output_stream stream,
                                                     std::uint64_t offset,
                                                     std::size_t limit) override;
  void on_hint(std::function<void(const std::string&)> hint) override {
    if (folders_.error().empty())
      marks_.watch(folders_.marks_path(), std::move(hint));
  }

private:
  /// Returns the result of a start if the folder shows that the attempt may not start (again).
  static std::optional<start_result> earlier_start(const descriptor& folder);
  start_result start_held(const start_order& order, const descriptor& folder,
                          const descriptor& lock);
  backend_result<void> fence_held(const std::string& name, const descriptor& folder);
  [[nodiscard]] std::optional<std::string> unusable(const std::string& name) const;

  executor_setup place_;
  attempt_folders folders_;
  end_watch marks_;
};

std::optional<std::string> process_executor::unusable(const std::string& name) const {
  if (!folders_.error().empty())
    return folders_.error();
  if (!is_attempt_name(name))
    return "invalid attempt name '" + name + "'";
  return std::nullopt;
}

std::optional<start_result> process_executor::earlier_start(const descriptor& folder) {
  if (const auto began = run_folder::read_started(folder, run_folder::started_file))
    return started{"pid:" + std::to_string(began->job.pid) + " boot:" + began->boot,
                   engine::from_us(began->at_ns / 1'000)};
  if (system::exists({folder, run_folder::fenced_file}))
    return refusal("the attempt was fenced before it started");
  return std::nullopt;
}

start_result process_executor::start(const start_order& order) {
  if (const auto why = unusable(order.name))
    return temporary_failure(*why);
  constexpr int rounds_max = 3;
  for (int round = 0; round < rounds_max; ++round) {
    const descriptor folder = folders_.claim(order.name);
    if (!folder.is_open() && errno == ENOENT)
      continue; // removed concurrently
    if (!folder.is_open())
      return failure_of(errno, "cannot create the run folder");
    const descriptor ended = folders_.ended(order.name);
    if (ended.is_open()) {
      folders_.drop(order.name);
      return earlier_start(ended).value_or(refusal("the attempt was removed before it started"));
    }
    const descriptor lock = run_folder::open_lock(folder);
    if (!lock.is_open())
      return failure_of(errno, "cannot open the lock of the run folder");
    bool is_ours = false;
    const bool is_settled = poll_until(settle_patience, poll_pause, [&] {
      is_ours = system::try_lock(lock);
      return is_ours || earlier_start(folder).has_value();
    });
    if (auto earlier = earlier_start(folder))
      return *earlier;
    if (!is_settled)
      return temporary_failure("another start of the attempt is in progress");
    if (folders_.is_live(folder, order.name))
      return start_held(order, folder, lock);
  }
  return temporary_failure("the run folder was removed and recreated concurrently");
}

/// Writes the input files and the order.
system::result<void> write_order(const descriptor& folder, const shim_order& prepared) {
  constexpr auto how = system::file_durability::until_power_cut;
  for (std::size_t run = 0; run < prepared.inputs.size(); ++run)
    if (auto written =
            run_folder::write_file(folder, run_folder::input_file(run), prepared.inputs[run], how);
        !written)
      return written;
  return run_folder::write_file(folder, run_folder::order_file, run_folder::encode(prepared.order),
                                how);
}

start_result process_executor::start_held(const start_order& order, const descriptor& folder,
                                          const descriptor& lock) {
  const std::string path = folders_.path_of_live(order.name);
  const auto prepared = make_shim_order(order, place_.instance, path);
  if (!prepared) {
    folders_.drop(order.name);
    return refusal(prepared.error());
  }
  if (const auto written = write_order(folder, *prepared); !written)
    return failure_of(written.error().number, "cannot write the order of the attempt");
  auto failure = start_shim(place_.programs + "/rota-shim", path, lock, start_patience_ms);
  if (failure && failure->kind == start_failure_kind::refused) {
    folders_.drop(order.name);
    return std::move(*failure);
  }
  if (auto earlier = earlier_start(folder))
    return *earlier;
  return std::move(failure).value_or(temporary_failure({}));
}

backend_result<std::vector<listed_attempt>> process_executor::list() {
  if (!folders_.error().empty())
    return backend_error{folders_.error()};
  auto names = folders_.live_names();
  if (!names)
    return names.error();
  std::vector<listed_attempt> all;
  for (std::string& name : *names) {
    const descriptor folder = folders_.live(name);
    if (!folder.is_open())
      continue;
    const attempt_facts facts = facts_of(folder);
    const attempt_state what = facts.is_fenced     ? attempt_state::lost
                               : facts.is_ended    ? attempt_state::ended
                               : !facts.is_started ? attempt_state::created
                               : facts.is_locked   ? attempt_state::running
                                                   : attempt_state::lost;
    all.push_back({std::move(name), what});
  }
  return all;
}

backend_result<attempt_result> process_executor::result(const std::string& name) {
  if (const auto why = unusable(name))
    return backend_error{*why};
  const descriptor folder = folders_.any(name);
  if (!folder.is_open())
    return backend_error{"unknown attempt " + name};
  auto end = read_result_of(folder);
  if (!end)
    return backend_error{"the attempt " + name + " has not ended"};
  return std::move(*end);
}

backend_result<void> process_executor::signal(const std::string& name, stop_signal what) {
  if (const auto why = unusable(name))
    return backend_error{*why};
  const descriptor folder = folders_.live(name);
  if (!folder.is_open())
    return {};
  attempt_facts facts;
  const bool is_settled = poll_until(settle_patience, poll_pause, [&] {
    facts = facts_of(folder);
    return facts.is_ended || facts.is_fenced || facts.is_started || !facts.is_locked;
  });
  if (facts.is_ended || facts.is_fenced)
    return {};
  if (!is_settled || !facts.is_started)
    return backend_error{"the attempt " + name + " has not started"};
  const int number = what == stop_signal::terminate ? SIGTERM : SIGKILL;
  if (!facts.is_locked) {
    for (const auto& process : processes_of(folder, folders_.path_of_live(name)))
      system::send_signal(process, number);
    return {};
  }
  // Sent by the shim: the processes are its children, so their numbers cannot be reused.
  const auto shim = run_folder::read_shim(folder);
  const int request =
      what == stop_signal::terminate ? run_folder::stop_request : run_folder::kill_request;
  if (!shim || !system::send_signal(*shim, request))
    return facts_of(folder).is_locked
               ? backend_result<void>{backend_error{"cannot reach the shim of the attempt " + name}}
               : backend_result<void>{};
  system::send_signal(*shim, SIGCONT);
  return {};
}

backend_result<void> process_executor::fence(const std::string& name) {
  if (const auto why = unusable(name))
    return backend_error{*why};
  const std::int64_t end_ms = system::steady_now_ms() + fence_patience_ms;
  while (system::steady_now_ms() < end_ms) {
    if (folders_.ended(name).is_open())
      return {};
    const descriptor folder = folders_.claim(name);
    if (!folder.is_open() && errno == ENOENT)
      continue; // removed concurrently
    if (!folder.is_open())
      return backend_error{"cannot create the run folder: " + system::reason_of(errno)};
    const descriptor lock = run_folder::open_lock(folder);
    if (!lock.is_open())
      return backend_error{"cannot open the lock of the run folder: " + system::reason_of(errno)};
    const auto is_free = [&] { return system::try_lock(lock); };
    bool is_ours = is_free();
    // A shim that ends its command itself finds all its descendants.
    if (const auto shim = is_ours ? std::nullopt : run_folder::read_shim(folder)) {
      system::send_signal(*shim, run_folder::kill_request);
      system::send_signal(*shim, SIGCONT);
      is_ours = poll_until(shim_patience, poll_pause, is_free);
      if (!is_ours)
        system::send_signal(*shim, SIGKILL);
    }
    is_ours = is_ours || poll_until(shim_patience, poll_pause, is_free);
    if (is_ours && folders_.is_live(folder, name))
      return fence_held(name, folder);
  }
  return backend_error{"the attempt " + name + " cannot be fenced: its lock is held"};
}

backend_result<void> process_executor::fence_held(const std::string& name,
                                                  const descriptor& folder) {
  if (!kill_processes(folder, folders_.path_of_live(name), shim_patience))
    return backend_error{"cannot kill all processes of the attempt " + name};
  auto written = run_folder::write_file(folder, run_folder::fenced_file, {},
                                        system::file_durability::always_once_whole);
  if (written)
    written = system::sync_parent(folder);
  if (!written)
    return backend_error{"cannot record the fence of the attempt " + name + ": " +
                         system::reason_of(written.error().number)};
  return {};
}

backend_result<void> process_executor::remove(const std::string& name) {
  if (const auto why = unusable(name))
    return backend_error{*why};
  const descriptor folder = folders_.live(name);
  if (!folder.is_open())
    return {};
  const attempt_facts facts = facts_of(folder);
  if (facts.is_locked && !facts.is_ended && !facts.is_fenced)
    return backend_error{"the attempt " + name + " is still running"};
  const int error = folders_.retire(name);
  if (error != 0 && error != ENOENT)
    return backend_error{"cannot remove the attempt " + name + ": " + system::reason_of(error)};
  return {};
}

backend_result<std::optional<output_piece>> process_executor::output(const std::string& name,
                                                                     output_stream stream,
                                                                     std::uint64_t offset,
                                                                     std::size_t limit) {
  if (const auto why = unusable(name))
    return backend_error{*why};
  const descriptor folder = folders_.any(name);
  if (!folder.is_open())
    return std::optional<output_piece>{};
  // Check for the end before reading: afterwards no more output is written.
  const attempt_facts facts = facts_of(folder);
  const bool is_over = facts.is_ended || facts.is_fenced;
  const descriptor from = system::open_file(
      {folder, stream == output_stream::out ? run_folder::out_file : run_folder::err_file},
      O_RDONLY);
  output_piece piece;
  const std::uint64_t size = value_or(system::size_of(from), 0);
  piece.bytes = value_or(system::read_at(from, offset, limit), {});
  piece.at_end = is_over && offset + piece.bytes.size() >= size;
  return std::optional{std::move(piece)};
}

} // namespace

std::unique_ptr<executor> make_process_executor(const executor_setup& place) {
  return std::make_unique<process_executor>(place);
}

} // namespace rota::executors
