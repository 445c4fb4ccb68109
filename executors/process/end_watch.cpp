#include "executors/process/end_watch.hpp"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <utility>

namespace rota::executors {
namespace {

// Polling interval without inotify.
constexpr int poll_ms = 50;

} // namespace

end_watch::~end_watch() {
  stop_.write.close();
  if (thread_.joinable())
    thread_.join();
}

void end_watch::watch(const std::string& folder, std::function<void(const std::string&)> hint) {
  path_ = folder;
  hint_ = std::move(hint);
  folder_ = system::open_folder(folder);
  if (system::open_pipe(stop_) != 0)
    return;
  events_ = system::descriptor{::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)};
  if (events_.is_open() &&
      ::inotify_add_watch(events_.get(), folder.c_str(), IN_CREATE | IN_MOVED_TO) < 0)
    events_.close();
  thread_ = std::thread{[this] { run(); }};
}

void end_watch::run() {
  while (true) {
    take_marks();
    std::array<pollfd, 2> entries{pollfd{stop_.read.get(), POLLIN, 0},
                                  pollfd{events_.get(), POLLIN, 0}};
    ::poll(entries.data(), entries.size(), events_.is_open() ? -1 : poll_ms);
    if (entries[0].revents != 0)
      return;
    drain_events();
  }
}

void end_watch::drain_events() const {
  std::array<char, 16'384> events; // NOLINT(cppcoreguidelines-pro-type-member-init)
  while (events_.is_open() && ::read(events_.get(), events.data(), events.size()) > 0) {
  }
}

void end_watch::take_marks() {
  for (const std::string& mark : value_or(system::names_in({folder_, "."}), {})) {
    ::unlinkat(folder_.get(), mark.c_str(), 0);
    hint_(mark);
  }
}

} // namespace rota::executors
