#include "system/run.hpp"

#include "system/files.hpp"
#include "system/spawn.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace rota::system {
namespace {

using steady = std::chrono::steady_clock;

/// An unnamed file: the child never blocks on a reader, and nothing is left behind.
descriptor memory_file() { return descriptor{::memfd_create("stream", MFD_CLOEXEC)}; }

bool fill(const descriptor& file, const std::string& bytes) {
  return write_all(file, bytes) == 0 && ::lseek(file.get(), 0, SEEK_SET) == 0;
}

/// Whether the child ends before `until` and before `stop` becomes true.
bool ends_before(const child& running, steady::time_point until, const std::atomic<bool>* stop) {
  constexpr std::chrono::milliseconds stop_check_interval{100}; // how late a stop is noticed
  while (stop == nullptr || !*stop) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - steady::now());
    if (left.count() <= 0)
      return false;
    if (running.ends_within(std::min(left, stop_check_interval)))
      return true;
  }
  return false;
}

} // namespace

result<command_outcome> run(const command& what) {
  const auto until = steady::now() + what.deadline;
  const std::string& name = what.words.front();
  const descriptor in = memory_file();
  const descriptor out = memory_file();
  const descriptor err = memory_file();
  if (!in.is_open() || !out.is_open() || !err.is_open() || !fill(in, what.input))
    return call_error{"cannot allocate memory for the input and output of " + name, errno};
  program started;
  started.words = what.words;
  started.environment = what.environment;
  started.in = in.get();
  started.out = out.get();
  started.err = err.get();
  started.group = process_group::own;
  auto running = spawn(std::move(started));
  if (!running)
    return running.error();
  if (!ends_before(*running, until, what.stop)) {
    if (what.stop != nullptr && *what.stop)
      return call_error{name + " was stopped", 0};
    return call_error{
        name + " did not answer within " + std::to_string(what.deadline.count()) + " ms", 0};
  }
  command_outcome outcome{running->reap().shell_status(), {}, {}};
  for (const auto& [file, text] : {std::pair{&out, &outcome.out}, std::pair{&err, &outcome.err}}) {
    auto bytes = read_at(*file, 0, what.output_bytes_max + 1);
    if (!bytes)
      return bytes.error();
    if (bytes->size() > what.output_bytes_max)
      return call_error{
          name + " wrote more than " + std::to_string(what.output_bytes_max) + " bytes", 0};
    *text = std::move(*bytes);
  }
  return outcome;
}

} // namespace rota::system
