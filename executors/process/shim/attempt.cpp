#include "executors/process/shim/attempt.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <ctime>
#include <utility>

namespace rota::shim {
namespace {

using system::descriptor;

std::int64_t us_of(const timeval& time) {
  return static_cast<std::int64_t>(time.tv_sec) * 1'000'000 + time.tv_usec;
}

void pause_a_second() {
  const timespec second{1, 0};
  ::nanosleep(&second, nullptr);
}

} // namespace

attempt::attempt(const descriptor& folder, system::process_identity self, run_folder::order order,
                 report tell)
    : folder_(folder),
      self_(self),
      order_(std::move(order)),
      report_(std::move(tell)),
      cgroups_(order_.group, order_.limits),
      supervisor_(order_.grace_ms, order_.timeout_ms) {}

void attempt::run() {
  if (!open_streams()) {
    report_("passing cannot create the files of the attempt: " + system::reason_of(errno));
    cgroups_.remove();
    return;
  }
  write_warnings();
  for (std::size_t index = 0; index < order_.runs.size(); ++index) {
    if (supervisor_.is_stopping()) {
      result_.is_stopped = true;
      break;
    }
    if (!run_one(index)) {
      cgroups_.remove();
      return;
    }
  }
  finish();
}

bool attempt::open_streams() {
  constexpr int flags = O_WRONLY | O_CREAT | O_TRUNC | O_APPEND;
  out_ = system::open_file({folder_, run_folder::out_file}, flags, 0600);
  if (out_.is_open())
    err_ = system::open_file({folder_, run_folder::err_file}, flags, 0600);
  return err_.is_open();
}

std::variant<prepared_command, command_failure> attempt::hold(std::size_t index) {
  const descriptor in = system::open_file({folder_, run_folder::input_file(index)}, O_RDONLY);
  if (!in.is_open())
    return command_failure{"cannot open the input: " + system::reason_of(errno), true};
  return prepared_command::start({order_, order_.runs[index], in.get(), out_.get(), err_.get()});
}

bool attempt::run_one(std::size_t index) {
  const run_folder::byte_range out{bytes_in(out_), bytes_in(out_)};
  const run_folder::byte_range err{bytes_in(err_), bytes_in(err_)};
  const std::int64_t started_ns = system::now_ns();
  auto held = hold(index);
  if (const auto* failure = std::get_if<command_failure>(&held)) {
    if (index == 0) {
      report_((failure->is_temporary ? "passing " : "refused ") + failure->message);
      return false;
    }
    result_.runs.push_back({.exit_code = 127,
                            .signal = {},
                            .started_ns = started_ns,
                            .finished_ns = system::now_ns(),
                            .message = failure->message,
                            .out = out,
                            .err = err});
    return true;
  }
  auto& command = std::get<prepared_command>(held);
  cgroups_.add(command.pid());
  write_warnings();
  if (!record_start(index, command, started_ns)) {
    drop(std::move(command));
    return false;
  }
  if (index == 0)
    supervisor_.start_clock();
  command.release();
  output_limit output{out_, err_, order_.limits.output_bytes};
  auto run = supervisor_.wait(command.pid(), output);
  run.started_ns = started_ns;
  run.out = {out.from, bytes_in(out_)};
  run.err = {err.from, bytes_in(err_)};
  const auto failure = command.failure(order_.runs[index]);
  run.message = failure ? failure->message : message_of(run);
  result_.runs.push_back(std::move(run));
  return true;
}

bool attempt::record_start(std::size_t index, const prepared_command& command, std::int64_t at_ns) {
  const auto facts = system::facts_of(command.pid());
  const run_folder::start_record started{system::boot_id(), self_,
                                         facts ? facts->self : system::process_identity{}, at_ns,
                                         cgroups_.folders()};
  const std::string text = run_folder::encode(started);
  if (index > 0) {
    // Only helps to find its processes, which do not survive a power cut.
    (void)run_folder::write_file(folder_, run_folder::current_file, text,
                                 system::file_durability::until_power_cut);
    return true;
  }
  auto written = run_folder::write_file(folder_, run_folder::started_file, text,
                                        system::file_durability::always_once_whole);
  if (written)
    written = system::sync_parent(folder_);
  if (!written) {
    ::unlinkat(folder_.get(), run_folder::started_file, 0);
    report_("passing cannot record the start: " + system::reason_of(written.error().number));
    return false;
  }
  report_("started " + std::to_string(command.pid()) + ' ' + std::to_string(at_ns));
  return true;
}

void attempt::write_warnings() {
  for (; warnings_written_ < cgroups_.warnings().size(); ++warnings_written_)
    (void)system::write_all(err_, "rota: " + cgroups_.warnings()[warnings_written_] + '\n');
}

std::string attempt::message_of(const run_folder::run_result& run) const {
  if (run.timed_out)
    return "timed out after " + std::to_string(order_.timeout_ms.value_or(0)) + " ms";
  if (order_.limits.memory_bytes && cgroups_.memory_kills() > 0)
    return "killed at the limit of " + std::to_string(*order_.limits.memory_bytes) +
           " bytes of memory";
  return {};
}

void attempt::finish() {
  rusage used{};
  ::getrusage(RUSAGE_CHILDREN, &used);
  result_.user_us = us_of(used.ru_utime);
  result_.system_us = us_of(used.ru_stime);
  result_.peak_kb = used.ru_maxrss;
  const std::string text = run_folder::encode(result_);
  // Retries while the disk is full: the end must not be lost.
  while (!run_folder::write_file(folder_, run_folder::result_file, text,
                                 system::file_durability::always_once_whole)) {
    struct stat status {};
    if (::fstat(folder_.get(), &status) == 0 && status.st_nlink == 0)
      return;
    pause_a_second();
  }
  const descriptor marks = system::open_folder({folder_, run_folder::marks_from_run_folder});
  if (marks.is_open())
    (void)system::make_empty({marks, order_.name}, 0600);
  cgroups_.remove();
}

} // namespace rota::shim
