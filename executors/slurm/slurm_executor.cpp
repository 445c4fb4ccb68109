#include "executors/slurm/slurm_executor.hpp"

#include "executors/options.hpp"
#include "executors/polling.hpp"
#include "executors/slurm/batch_script.hpp"
#include "executors/slurm/heartbeats.hpp"
#include "executors/slurm/run_folders.hpp"
#include "executors/slurm/slurm_client.hpp"
#include "executors/slurm/state_rules.hpp"
#include "json/slice.hpp"
#include "system/files.hpp"
#include "system/thread_safety.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <set>
#include <thread>

namespace rota::executors {
namespace {

using namespace slurm;
using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

/// A script without a beat for this many intervals is dead, unless Slurm reports otherwise.
constexpr int beats_missed_max = 4;
constexpr auto fence_time = 25s;
constexpr auto cancel_again_after = 5s;
constexpr auto kill_time = 1500ms;
constexpr auto state_time = 2s;
constexpr auto poll_pause = 100ms;

constexpr std::int64_t beat_ms_min = 100;

struct settings {
  std::string conf; ///< The path for SLURM_CONF; empty: that of rotad's environment.
  std::vector<std::string> sbatch_words; ///< Further arguments for sbatch.
  std::chrono::milliseconds beat{5000};
};

settings read_settings(const std::string& json) {
  settings read;
  const json_value given{json.empty() ? std::string_view("{}") : std::string_view(json)};
  for (const auto& [name, value] : given.as_object()) {
    if (name == "conf")
      read.conf = value.as_string();
    else if (name == "beat_ms")
      read.beat = std::chrono::milliseconds{
          std::max(beat_ms_min, value.as_int64().value_or(read.beat.count()))};
    else if (name == "sbatch")
      for (const json_value word : value.as_array())
        read.sbatch_words.push_back(word.as_string());
  }
  return read;
}

class slurm_executor final : public executor {
public:
  explicit slurm_executor(const executor_setup& place)
      : settings_(read_settings(place.options)),
        prefix_(place.instance + "-"),
        folders_(std::filesystem::absolute(place.folder)),
        client_(settings_.conf),
        heartbeats_(settings_.beat * beats_missed_max) {}

  std::optional<double> capacity() override {
    const auto cpus = client_.cpus();
    const system::lock held{mutex_};
    if (cpus)
      cpus_ = *cpus;
    return cpus_;
  }

  start_result start(const start_order& order) override;
  backend_result<std::vector<listed_attempt>> list() override;
  backend_result<attempt_result> result(const std::string& name) override;
  backend_result<void> signal(const std::string& name, stop_signal what) override;
  backend_result<void> fence(const std::string& name) override;

  backend_result<void> remove(const std::string& name) override {
    heartbeats_.forget(name);
    return folders_.remove(name);
  }

  backend_result<std::optional<output_piece>> output(const std::string& name, output_stream stream,
                                                     std::uint64_t offset,
                                                     std::size_t limit) override;

  /// No notification crosses a network file system: only list() finds ends.
  void close() override { client_.close(); }
  void on_hint(std::function<void(const std::string& name)> /*hint*/) override {}

private:
  /// Keeps a name in starting_ during its start().
  class starting_name {
  public:
    starting_name(slurm_executor& owner, const std::string& name) : owner_(owner) {
      const system::lock held{owner_.mutex_};
      at_ = owner_.starting_.insert(name);
    }
    starting_name(const starting_name&) = delete;
    starting_name& operator=(const starting_name&) = delete;
    ~starting_name() {
      const system::lock held{owner_.mutex_};
      owner_.starting_.erase(at_);
    }

  private:
    slurm_executor& owner_;
    std::multiset<std::string>::iterator at_;
  };

  [[nodiscard]] std::string job_name(const std::string& name) const { return prefix_ + name; }

  std::optional<start_result> find_earlier_start(const run_folder& run, const std::string& name);
  start_result submit(const run_folder& run, const start_order& order,
                      const attempt_options& options);
  bool is_gone(const std::string& name, const run_folder& run);
  void add_slurm_reason(const std::string& name, const folder_state& view, attempt_result& how);

  const settings settings_;
  const std::string prefix_;
  run_folders folders_;
  slurm_client client_;
  heartbeats heartbeats_;

  system::mutex mutex_;
  std::multiset<std::string> starting_ ROTA_GUARDED_BY(mutex_);
  /// Nothing should be started before Slurm has reported its CPUs.
  double cpus_ ROTA_GUARDED_BY(mutex_) = 0;
};

// -- start ----------------------------------------------------------------------------------------

/// Returns the result of an earlier start of this name; nothing if the job must be submitted
/// (again).
std::optional<start_result> slurm_executor::find_earlier_start(const run_folder& run,
                                                               const std::string& name) {
  const auto view = run.look();
  if (view.fenced)
    return start_result{refusal(name + " is fenced")};
  if (view.ended || view.holder != claim_holder::nobody)
    return start_result{started{run.handle(), now()}};
  const auto job = client_.job(job_name(name));
  if (!job)
    return start_result{temporary_failure(job.error().message)};
  if (!*job || (*job)->state != job_state::alive)
    return std::nullopt;
  if (const auto noted = run.set_handle((*job)->id); !noted)
    return start_result{temporary_failure(noted.error().message)};
  return start_result{started{(*job)->id, now()}};
}

start_result slurm_executor::submit(const run_folder& run, const start_order& order,
                                    const attempt_options& options) {
  const auto handle = client_.submit({job_name(order.name), batch_script(run.path()), run.path(),
                                      sbatch_words(order, options, settings_.sbatch_words)});
  if (handle) {
    // Not needed to find the job again: its name is enough.
    static_cast<void>(run.set_handle(*handle));
    return started{*handle, now()};
  }
  if (handle.error().kind == start_failure_kind::temporary)
    return handle.error();
  // An earlier submission, whose answer was lost, may have been accepted: then its job is the
  // attempt.
  const auto holder = run.claim();
  if (!holder)
    return temporary_failure(holder.error().message);
  if (*holder == claim_holder::script)
    return started{run.handle(), now()};
  std::error_code ignored;
  std::filesystem::remove_all(run.path(), ignored);
  return handle.error();
}

start_result slurm_executor::start(const start_order& order) {
  const auto options = read_options(order.options);
  if (!options)
    return refusal(options.error());
  if (!is_attempt_name(order.name))
    return refusal("invalid name of a Slurm job: \"" + order.name + "\"");
  const auto files = order_files(order, *options, settings_.beat);
  if (!files)
    return files.error();
  const starting_name guard{*this, order.name};
  if (const auto ended = folders_.ended(order.name); ended.is_there())
    return started{ended.handle(), now()};
  const auto run = folders_.at(order.name);
  const auto created = run.create(*files);
  if (!created)
    return temporary_failure(created.error().message);
  if (!*created)
    if (auto earlier = find_earlier_start(run, order.name))
      return std::move(*earlier);
  return submit(run, order, *options);
}

// -- list -----------------------------------------------------------------------------------------

backend_result<std::vector<listed_attempt>> slurm_executor::list() {
  auto names = folders_.names();
  if (!names)
    return names.error();
  {
    // Slurm may not have these yet when it is asked.
    const system::lock held{mutex_};
    for (const std::string& name : starting_)
      std::erase(*names, name);
  }
  if (names->empty())
    return std::vector<listed_attempt>{};
  const auto jobs = client_.jobs(prefix_);
  if (!jobs)
    return jobs.error();
  std::vector<listed_attempt> seen;
  for (const std::string& name : *names) {
    const auto job = jobs->find(job_name(name));
    const auto what =
        state_of(name, folders_.at(name), job == jobs->end() ? nullptr : &job->second, heartbeats_);
    if (what)
      seen.push_back({name, *what});
  }
  return seen;
}

// -- result and output ----------------------------------------------------------------------------

/// Adds Slurm's reason for a death that is otherwise unexplained. Slurm notices an end a moment
/// after the script has written it.
void slurm_executor::add_slurm_reason(const std::string& name, const folder_state& view,
                                      attempt_result& how) {
  const bool is_sudden = how.signal || how.exit_code.value_or(0) > 128;
  if (!is_sudden || how.timed_out || view.killed || view.terminated || !how.message.empty())
    return;
  std::optional<slurm_job> job;
  poll_until(state_time, poll_pause, [&] {
    const auto answer = client_.job(job_name(name));
    job = answer ? *answer : std::nullopt;
    return !job || job->state != job_state::alive;
  });
  if (!job)
    return;
  how.message = reason_text(job->state);
  how.timed_out = job->state == job_state::timeout;
}

backend_result<attempt_result> slurm_executor::result(const std::string& name) {
  const auto run = folders_.find(name);
  const auto end = run.end();
  if (!end)
    return backend_error{"no result in " + run.path()};
  auto how = ending_of(run, *end);
  add_slurm_reason(name, run.look(), how);
  return how;
}

backend_result<std::optional<output_piece>> slurm_executor::output(const std::string& name,
                                                                   output_stream stream,
                                                                   std::uint64_t offset,
                                                                   std::size_t limit) {
  const auto run = folders_.find(name);
  if (!is_attempt_name(name) || !run.is_there())
    return std::optional<output_piece>{};
  // Before the bytes are read: no more are written after the end.
  const bool has_ended = run.look().ended;
  const auto file =
      system::open_file(run.file(stream == output_stream::out ? "stdout" : "stderr"), O_RDONLY);
  const auto size = system::size_of(file);
  auto bytes = system::read_at(file, offset, limit);
  if (!size || !bytes)
    return std::optional{output_piece{"", has_ended}};
  const bool is_last = offset + bytes->size() >= *size;
  return std::optional{output_piece{std::move(*bytes), has_ended && is_last}};
}

// -- signal and fence -----------------------------------------------------------------------------

backend_result<void> slurm_executor::signal(const std::string& name, stop_signal what) {
  const auto run = folders_.at(name);
  if (!run.is_there())
    return {};
  const auto view = run.look();
  if (view.ended || view.fenced)
    return {};
  const auto holder = run.claim();
  if (!holder)
    return holder.error();
  const bool is_kill = what == stop_signal::kill;
  if (*holder == claim_holder::rota) {
    end_record end;
    end.signal = is_kill ? SIGKILL : SIGTERM;
    end.started = end.finished = now();
    end.message = "stopped before it started";
    auto settled = run.settle(end);
    static_cast<void>(client_.cancel(job_name(name))); // only to free its place in Slurm's queue
    return settled;
  }
  if (const auto set = run.set(is_kill ? mark::kill : mark::term); !set)
    return set.error();
  // The script will see the mark in any case; the signal is only faster.
  if (!is_kill) {
    static_cast<void>(client_.signal_script(job_name(name), "TERM"));
    return {};
  }
  static_cast<void>(client_.signal_script(job_name(name), "USR2"));
  if (poll_until(kill_time, poll_pause, [&run] { return run.look().ended; }))
    return {};
  return client_.cancel(job_name(name));
}

/// Returns whether neither the script nor Slurm shows a sign of life.
bool slurm_executor::is_gone(const std::string& name, const run_folder& run) {
  const bool is_silent = heartbeats_.is_silent(name, run.beat());
  if (run.look().ended)
    return true;
  const auto job = client_.job(job_name(name));
  return is_silent && job && (!*job || (*job)->state != job_state::alive);
}

backend_result<void> slurm_executor::fence(const std::string& name) {
  if (folders_.ended(name).is_there())
    return {};
  const auto run = folders_.at(name);
  if (const auto created = run.create({{"fenced", ""}}); !created)
    return created.error();
  if (const auto set = run.set(mark::fenced); !set)
    return set.error();
  const auto holder = run.claim();
  if (!holder)
    return holder.error();
  if (*holder == claim_holder::rota || run.look().ended) {
    // A job that still waits would exit at once anyway.
    static_cast<void>(client_.cancel(job_name(name)));
    return {};
  }
  static_cast<void>(client_.signal_script(job_name(name), "USR2"));
  // A scancel leaves no result, so it is only for a script that does not respond.
  auto cancel_at = steady::now() + kill_time;
  const bool is_fenced = poll_until(fence_time, poll_pause, [&] {
    if (steady::now() >= cancel_at) {
      static_cast<void>(client_.cancel(job_name(name)));
      cancel_at = steady::now() + cancel_again_after;
    }
    return is_gone(name, run);
  });
  if (!is_fenced)
    return backend_error{"cannot determine whether " + job_name(name) +
                         " is still running in Slurm"};
  heartbeats_.forget(name);
  return {};
}

} // namespace

std::unique_ptr<executor> make_slurm_executor(const executor_setup& place) {
  return std::make_unique<slurm_executor>(place);
}

} // namespace rota::executors
