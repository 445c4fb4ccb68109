#include "system/process_identity.hpp"

#include "system/files.hpp"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <ctime>

namespace rota::system {
namespace {

template <class Number>
Number number_in(std::string_view text) {
  Number number{};
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// Open only if the number still belongs to this process.
descriptor open_exactly(const process_identity& which) {
  descriptor process = open_process(which.pid);
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
  std::string id = value_or(read_file("/proc/sys/kernel/random/boot_id"), {});
  while (!id.empty() && id.back() == '\n')
    id.pop_back();
  return id;
}

std::optional<process_facts> facts_in(std::string_view stat) {
  // PID (NAME) STATE PPID PGRP SESSION ... with the start time in field 22; NAME may contain
  // anything.
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
  const auto stat = read_file("/proc/" + std::to_string(pid) + "/stat");
  return stat ? facts_in(*stat) : std::nullopt;
}

std::vector<pid_t> process_numbers() {
  std::vector<pid_t> numbers;
  for (const std::string& name : value_or(names_in("/proc"), {}))
    if (const auto number = number_in<pid_t>(name); number > 0)
      numbers.push_back(number);
  return numbers;
}

std::vector<pid_t> process_numbers_in(std::string_view list) {
  std::vector<pid_t> numbers;
  while (!list.empty()) {
    if (const auto number = number_in<pid_t>(list); number > 0)
      numbers.push_back(number);
    list.remove_prefix(std::min(list.find_first_of(" \n"), list.size() - 1) + 1);
  }
  return numbers;
}

descriptor open_process(pid_t pid) {
  // The declaration of pidfd_open() in glibc 2.36 cannot be linked from C++.
  return descriptor{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))};
}

bool send_signal(const descriptor& process, int number) {
  return ::syscall(SYS_pidfd_send_signal, process.get(), number, nullptr, 0) == 0;
}

bool send_signal(const process_identity& to, int number) {
  return send_signal(open_exactly(to), number);
}

bool wait_for_end(const descriptor& process, int timeout_ms) {
  const std::int64_t end_ms = steady_now_ms() + timeout_ms;
  pollfd entry{process.get(), POLLIN, 0};
  while (true) {
    const int ready = ::poll(&entry, 1, timeout_ms);
    if (ready >= 0 || errno != EINTR)
      return ready > 0;
    timeout_ms = static_cast<int>(std::max<std::int64_t>(end_ms - steady_now_ms(), 0));
  }
}

bool wait_for_end(const process_identity& of, int timeout_ms) {
  const descriptor process = open_exactly(of);
  return !process.is_open() || wait_for_end(process, timeout_ms);
}

std::int64_t now_ns() { return clock_ns(CLOCK_REALTIME); }
std::int64_t steady_now_ms() { return clock_ns(CLOCK_MONOTONIC) / 1'000'000; }

} // namespace rota::system
