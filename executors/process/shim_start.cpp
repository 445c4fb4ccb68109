#include "executors/process/shim_start.hpp"

#include "system/process_identity.hpp"
#include "system/spawn.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

namespace rota::executors {
namespace {

/// Returns the line that the shim writes; empty if it ends or hangs without one.
std::string line_from(const system::descriptor& report, int patience_ms) {
  const std::int64_t end_ms = system::steady_now_ms() + patience_ms;
  std::string line;
  while (line.empty() || line.back() != '\n') {
    const std::int64_t left_ms = end_ms - system::steady_now_ms();
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

/// Returns the failure that the shim's line reports, if any.
std::optional<start_failure> failure_in(const std::string& line) {
  const std::string word = line.substr(0, line.find(' '));
  const std::string message = word.size() < line.size() ? line.substr(word.size() + 1) : "";
  if (word == "started" || word == "taken")
    return std::nullopt;
  if (word == "refused")
    return refusal(message);
  return temporary_failure(
      word == "passing" ? message : "rota-shim died or hung before it started the command");
}

} // namespace

std::optional<start_failure> start_shim(const std::string& program, const std::string& folder,
                                        const system::descriptor& lock, int patience_ms) {
  system::pipe_ends report;
  if (const int error = system::open_pipe(report))
    return temporary_failure("cannot create a pipe for rota-shim: " + system::reason_of(error));
  const system::descriptor nothing = system::open_file("/dev/null", O_RDWR);
  system::program shim;
  shim.words = {program, folder, "3", "4"};
  shim.in = shim.out = shim.err = nothing.get();
  shim.more = {lock.get(), report.write.get()};
  shim.group = system::process_group::own_session;
  auto started = system::spawn(std::move(shim));
  report.write.close();
  if (!started)
    return temporary_failure(started.error().text());
  const std::string line = line_from(report.read, patience_ms);
  started->reap(); // the child exits as soon as it has detached its shim
  return failure_in(line);
}

} // namespace rota::executors
