#include "executors/process/endings.hpp"

#include "executors/process/run_folder/records.hpp"

#include <fcntl.h>

#include <algorithm>
#include <csignal>
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
  const std::size_t length = std::min(length_of(part), ending::error_bytes_max);
  return bytes_of(from, static_cast<std::uint64_t>(part.to) - length, length);
}

/// Returns the run whose exit code and signal count: the first that failed, else the last.
const run_folder::run_result& decisive_run(const std::vector<run_folder::run_result>& runs) {
  const auto failed =
      std::find_if(runs.begin(), runs.end(), [](const auto& run) { return run.exit_code != 0; });
  return failed == runs.end() ? runs.back() : *failed;
}

job_result ending_of(const run_folder::run_result& run, std::string job, const streams& from,
                     std::size_t& output_left) {
  job_result end;
  end.job = std::move(job);
  end.exit_code = run.exit_code;
  end.signal = run.signal;
  end.started = time_of(run.started_ns);
  end.finished = time_of(run.finished_ns);
  end.timed_out = run.timed_out;
  end.message = run.message;
  const std::size_t length = std::min(length_of(run.out), output_left);
  end.output = bytes_of(from.out, static_cast<std::uint64_t>(run.out.from), length);
  end.output_is_cut = run.out_is_cut || length < length_of(run.out);
  output_left -= length;
  end.error_tail = tail_of(from.err, run.err);
  return end;
}

} // namespace

std::optional<ending> read_ending(const descriptor& folder) {
  const auto result = run_folder::read_result(folder);
  if (!result || result->runs.empty())
    return std::nullopt;
  const streams from{system::open_file({folder, run_folder::out_file}, O_RDONLY),
                     system::open_file({folder, run_folder::err_file}, O_RDONLY)};
  const auto& runs = result->runs;
  const run_folder::run_result& cause = decisive_run(runs);
  ending end;
  end.exit_code = cause.exit_code;
  end.signal = cause.signal;
  end.started = time_of(runs.front().started_ns);
  end.finished = time_of(runs.back().finished_ns);
  end.timed_out = runs.back().timed_out;
  end.message = cause.message;
  if (result->is_stopped && end.exit_code == 0) {
    end.exit_code.reset();
    end.signal = SIGTERM;
  }
  const std::size_t length = static_cast<std::size_t>(runs.back().out.to);
  end.output = bytes_of(from.out, 0, std::min<std::size_t>(length, ending::output_bytes_max));
  end.output_is_cut = runs.back().out_is_cut || length > ending::output_bytes_max;
  end.error_tail = tail_of(from.err, {0, runs.back().err.to});
  const auto order = run_folder::read_order(folder);
  if (!order)
    return end;
  end.is_of_envelope = order->runs.size() == 1 && order->runs.front().job.empty();
  if (order->runs.size() < 2)
    return end;
  std::size_t output_left = ending::output_bytes_max;
  for (std::size_t index = 0; index < std::min(runs.size(), order->runs.size()); ++index)
    end.jobs.push_back(ending_of(runs[index], order->runs[index].job, from, output_left));
  return end;
}

} // namespace rota::executors
