#include "executors/process/run_folder/process_identity.hpp"

#include "executors/process/run_folder/files.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdlib>
#include <ctime>

namespace rota::run_folder {
namespace {

std::optional<std::string> read_proc(const std::string& path) {
  const file from{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!from.is_open())
    return std::nullopt;
  std::array<char, 1024> bytes; // NOLINT(cppcoreguidelines-pro-type-member-init)
  const ssize_t count = ::read(from.get(), bytes.data(), bytes.size());
  if (count <= 0)
    return std::nullopt;
  return std::string(bytes.data(), static_cast<std::size_t>(count));
}

template <class Number>
Number number_in(std::string_view text) {
  Number number{};
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// Open only if the number still means this process: from then on the descriptor does.
file open_process(const process_identity& which) {
  // glibc 2.36 declares pidfd_open() in a way that C++ can't link.
  file process{static_cast<int>(::syscall(SYS_pidfd_open, which.pid, 0))};
  const auto facts = facts_of(which.pid);
  if (!facts || facts->self != which)
    process.close();
  return process;
}

std::int64_t clock_ns(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

} // namespace

std::string boot_id() {
  std::string id = read_proc("/proc/sys/kernel/random/boot_id").value_or("");
  while (!id.empty() && id.back() == '\n')
    id.pop_back();
  return id;
}

std::optional<process_facts> facts_in(std::string_view stat) {
  // PID (NAME) STATE PPID PGRP SESSION ... with the start as the 22nd; the name may hold anything.
  const std::size_t name_end = stat.rfind(')');
  if (name_end == std::string_view::npos || name_end + 2 >= stat.size())
    return std::nullopt;
  process_facts facts;
  facts.self.pid = number_in<pid_t>(stat);
  stat.remove_prefix(name_end + 2);
  for (int position = 3; !stat.empty(); ++position) {
    const std::string_view word = stat.substr(0, stat.find(' '));
    if (position == 3)
      facts.is_dead = word == "Z" || word == "X";
    else if (position == 4)
      facts.parent_pid = number_in<pid_t>(word);
    else if (position == 6)
      facts.session = number_in<pid_t>(word);
    else if (position == 22) {
      facts.self.start_ticks = number_in<std::uint64_t>(word);
      return facts;
    }
    stat.remove_prefix(word.size() < stat.size() ? word.size() + 1 : stat.size());
  }
  return std::nullopt;
}

std::optional<process_facts> facts_of(pid_t pid) {
  const auto stat = read_proc("/proc/" + std::to_string(pid) + "/stat");
  return stat ? facts_in(*stat) : std::nullopt;
}

bool send_signal(const process_identity& to, int number) {
  const file process = open_process(to);
  return process.is_open() &&
         ::syscall(SYS_pidfd_send_signal, process.get(), number, nullptr, 0) == 0;
}

bool wait_for_end(const process_identity& of, int timeout_ms) {
  const file process = open_process(of);
  if (!process.is_open())
    return true;
  pollfd entry{process.get(), POLLIN, 0};
  return ::poll(&entry, 1, timeout_ms) > 0;
}

std::int64_t now_ns() { return clock_ns(CLOCK_REALTIME); }
std::int64_t steady_now_ms() { return clock_ns(CLOCK_MONOTONIC) / 1'000'000; }

} // namespace rota::run_folder
