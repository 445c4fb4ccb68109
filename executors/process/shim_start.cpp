#include "executors/process/shim_start.hpp"

#include "executors/process/run_folder/process_identity.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <string_view>
#include <utility>

namespace rota::executors {
namespace {

// The descriptors as the shim has them; all others are closed.
constexpr int lock_descriptor = 3;
constexpr int report_descriptor = 4;

class spawn_setup {
public:
  spawn_setup(int lock, int report) {
    ::posix_spawn_file_actions_init(&actions_);
    // First out of each other's way: one may have the other's number.
    const int aside = lock == report_descriptor + 1 ? lock + 1 : report_descriptor + 1;
    ::posix_spawn_file_actions_adddup2(&actions_, report, aside);
    ::posix_spawn_file_actions_adddup2(&actions_, lock, lock_descriptor);
    ::posix_spawn_file_actions_adddup2(&actions_, aside, report_descriptor);
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
      ::posix_spawn_file_actions_addopen(&actions_, stream, "/dev/null", O_RDWR, 0);
    ::posix_spawn_file_actions_addclosefrom_np(&actions_, report_descriptor + 1);
    ::posix_spawnattr_init(&attributes_);
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setflags(&attributes_,
                               POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  }
  spawn_setup(const spawn_setup&) = delete;
  spawn_setup& operator=(const spawn_setup&) = delete;
  ~spawn_setup() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }

  [[nodiscard]] const posix_spawn_file_actions_t* actions() const { return &actions_; }
  [[nodiscard]] const posix_spawnattr_t* attributes() const { return &attributes_; }

private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

/// The line that the shim writes, empty when it ends or hangs without one.
std::string line_from(const run_folder::file& report, int patience_ms) {
  const std::int64_t end_ms = run_folder::steady_now_ms() + patience_ms;
  std::string line;
  while (line.empty() || line.back() != '\n') {
    const std::int64_t left_ms = end_ms - run_folder::steady_now_ms();
    pollfd entry{report.get(), POLLIN, 0};
    const int ready = ::poll(&entry, 1, static_cast<int>(std::max<std::int64_t>(left_ms, 0)));
    if (ready < 0 && errno == EINTR)
      continue;
    std::array<char, 4096> bytes; // NOLINT(cppcoreguidelines-pro-type-member-init)
    const ssize_t count = ready > 0 ? ::read(report.get(), bytes.data(), bytes.size()) : 0;
    if (count <= 0)
      return {};
    line.append(bytes.data(), static_cast<std::size_t>(count));
  }
  line.pop_back();
  return line;
}

shim_answer answer_of(const std::string& line) {
  const std::string word = line.substr(0, line.find(' '));
  std::string rest = word.size() < line.size() ? line.substr(word.size() + 1) : std::string{};
  if (word == "started")
    return {shim_word::started, {}};
  if (word == "refused")
    return {shim_word::refused, std::move(rest)};
  if (word == "passing")
    return {shim_word::passing, std::move(rest)};
  if (word == "taken")
    return {shim_word::taken, {}};
  return {shim_word::silence, "rota-shim died or hung before it started the command"};
}

} // namespace

shim_answer start_shim(const std::string& program, const std::string& folder,
                       const run_folder::file& lock, int patience_ms) {
  run_folder::pipe_ends report;
  if (const int error = run_folder::open_pipe(report))
    return {shim_word::passing,
            "cannot create a pipe for rota-shim: " + run_folder::error_text(error)};
  std::array<std::string, 4> words{program, folder, std::to_string(lock_descriptor),
                                   std::to_string(report_descriptor)};
  std::array<char*, 5> arguments{words[0].data(), words[1].data(), words[2].data(), words[3].data(),
                                 nullptr};
  const spawn_setup setup{lock.get(), report.write.get()};
  pid_t pid = 0;
  const int error = ::posix_spawn(&pid, program.c_str(), setup.actions(), setup.attributes(),
                                  arguments.data(), environ);
  report.write.close();
  if (error != 0)
    return {shim_word::passing, "cannot run " + program + ": " + run_folder::error_text(error)};
  const std::string line = line_from(report.read, patience_ms);
  // It leaves its shim to itself at once.
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
  return answer_of(line);
}

} // namespace rota::executors
