#include "executors/process/attempt_folders.hpp"

#include "executors/process/run_folder/records.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

namespace rota::executors {

namespace {

using run_folder::byte_range;
using system::descriptor;

engine::time_point time_of(std::int64_t ns) { return engine::from_us(ns / 1'000); }

struct streams {
  descriptor out;
  descriptor err;
};

std::size_t length_of(const byte_range& range) {
  return range.to > range.from ? static_cast<std::size_t>(range.to - range.from) : 0;
}

std::string bytes_of(const descriptor& from, std::uint64_t offset, std::size_t limit) {
  return value_or(system::read_at(from, offset, limit), {});
}

/// Returns the last bytes of the part.
std::string tail_of(const descriptor& from, const byte_range& part) {
  const std::size_t length = std::min(length_of(part), attempt_result::error_bytes_max);
  return bytes_of(from, static_cast<std::uint64_t>(part.to) - length, length);
}

/// Returns the run whose exit code and signal count: the first that failed, else the last.
const run_folder::run_result& decisive_run(const std::vector<run_folder::run_result>& runs) {
  const auto failed =
      std::find_if(runs.begin(), runs.end(), [](const auto& run) { return run.exit_code != 0; });
  return failed == runs.end() ? runs.back() : *failed;
}

/// Returns how the run ended, without its output.
command_result result_of(const run_folder::run_result& run) {
  return {run.exit_code,
          run.signal,
          time_of(run.started_ns),
          time_of(run.finished_ns),
          run.timed_out,
          run.message,
          {},
          run.out_is_cut,
          {}};
}

job_result result_of(const run_folder::run_result& run, std::string job, const streams& from,
                     std::size_t& output_left) {
  job_result end{result_of(run), std::move(job)};
  const std::size_t length = std::min(length_of(run.out), output_left);
  end.output = bytes_of(from.out, static_cast<std::uint64_t>(run.out.from), length);
  end.output_is_cut = run.out_is_cut || length < length_of(run.out);
  output_left -= length;
  end.error_tail = tail_of(from.err, run.err);
  return end;
}

} // namespace

attempt_facts facts_of(const descriptor& folder) {
  attempt_facts facts;
  // The order matters: once a start was seen, a free lock means that its shim is dead, and then a
  // missing result stays missing.
  facts.is_started = run_folder::read_started(folder, run_folder::started_file).has_value();
  const descriptor lock = system::open_file({folder, run_folder::lock_file}, O_RDWR);
  facts.is_locked = lock.is_open() && system::is_locked_by_other(lock);
  facts.is_ended = run_folder::read_result(folder).has_value();
  facts.is_fenced = system::exists({folder, run_folder::fenced_file});
  return facts;
}

std::optional<attempt_result> read_result_of(const descriptor& folder) {
  const auto result = run_folder::read_result(folder);
  if (!result || result->runs.empty())
    return std::nullopt;
  const streams from{system::open_file({folder, run_folder::out_file}, O_RDONLY),
                     system::open_file({folder, run_folder::err_file}, O_RDONLY)};
  const auto& runs = result->runs;
  attempt_result end{result_of(decisive_run(runs)), false, {}};
  end.started = time_of(runs.front().started_ns);
  end.finished = time_of(runs.back().finished_ns);
  end.timed_out = runs.back().timed_out;
  if (result->is_stopped && end.exit_code == 0) {
    end.exit_code.reset();
    end.signal = SIGTERM;
  }
  const std::size_t length = static_cast<std::size_t>(runs.back().out.to);
  end.output =
      bytes_of(from.out, 0, std::min<std::size_t>(length, attempt_result::output_bytes_max));
  end.output_is_cut = runs.back().out_is_cut || length > attempt_result::output_bytes_max;
  end.error_tail = tail_of(from.err, {0, runs.back().err.to});
  const auto order = run_folder::read_order(folder);
  if (!order)
    return end;
  end.is_of_envelope = order->runs.size() == 1 && order->runs.front().job.empty();
  if (order->runs.size() < 2)
    return end;
  std::size_t output_left = attempt_result::output_bytes_max;
  for (std::size_t index = 0; index < std::min(runs.size(), order->runs.size()); ++index)
    end.jobs.push_back(result_of(runs[index], order->runs[index].job, from, output_left));
  return end;
}

attempt_folders::attempt_folders(const std::string& path) {
  std::error_code error;
  path_ = std::filesystem::canonical(path, error).string();
  if (error) {
    error_ = "the folder " + path + ": " + system::reason_of(error.value());
    return;
  }
  for (const char* const part : {"/live", "/ended", "/marks"})
    make(path_ + part);
  if (!error_.empty())
    return;
  live_ = system::open_folder(path_ + "/live");
  ended_ = system::open_folder(path_ + "/ended");
  if (!live_.is_open() || !ended_.is_open())
    error_ = "the folder " + path_ + ": " + system::reason_of(errno);
  else
    retained_.open(path_ + "/ended");
}

void attempt_folders::make(const std::string& path) {
  if (const auto made = system::make_folder(path, 0700); !made)
    error_ = made.error().text();
}

std::string attempt_folders::path_of_live(const std::string& name) const {
  return path_ + "/live/" + name;
}

descriptor attempt_folders::live(const std::string& name) const {
  return system::open_folder({live_, name});
}

descriptor attempt_folders::ended(const std::string& name) const {
  return system::open_folder({ended_, name});
}

descriptor attempt_folders::any(const std::string& name) const {
  descriptor folder = live(name);
  return folder.is_open() ? std::move(folder) : ended(name);
}

descriptor attempt_folders::claim(const std::string& name) const {
  const auto made = system::make_folder({live_, name}, 0700);
  return made ? live(name) : descriptor{};
}

bool attempt_folders::is_live(const descriptor& folder, const std::string& name) const {
  struct stat own {};
  struct stat live {};
  return ::fstat(folder.get(), &own) == 0 &&
         ::fstatat(live_.get(), name.c_str(), &live, AT_SYMLINK_NOFOLLOW) == 0 &&
         own.st_ino == live.st_ino;
}

void attempt_folders::drop(const std::string& name) const { system::remove_tree({live_, name}); }

int attempt_folders::retire(const std::string& name) {
  if (::renameat(live_.get(), name.c_str(), ended_.get(), name.c_str()) != 0)
    return errno;
  retained_.add(name);
  return 0;
}

backend_result<std::vector<std::string>> attempt_folders::live_names() const {
  auto names = system::names_in({live_, "."});
  if (!names)
    return backend_error{"cannot read " + path_ +
                         "/live: " + system::reason_of(names.error().number)};
  return std::move(*names);
}

} // namespace rota::executors
