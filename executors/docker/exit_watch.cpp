#include "executors/docker/exit_watch.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

namespace rota::executors::docker {

exit_watch::exit_watch(hint_function hint)
    : hint_(std::move(hint)),
      changes_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)),
      stop_(::eventfd(0, EFD_CLOEXEC)) {
  if (changes_.is_open() && stop_.is_open())
    thread_ = std::thread([this] { follow(); });
}

exit_watch::~exit_watch() {
  if (thread_.joinable()) {
    const std::uint64_t one = 1;
    (void)!::write(stop_.get(), &one, sizeof one);
    thread_.join();
  }
}

void exit_watch::add(const std::string& attempt, const std::string& io_folder) {
  const system::lock held{mutex_}; // held until the name is known to the first event
  const int watch =
      ::inotify_add_watch(changes_.get(), io_folder.c_str(), IN_CLOSE_WRITE | IN_ONLYDIR);
  if (watch >= 0)
    attempts_[watch] = attempt;
}

void exit_watch::follow() {
  std::array<pollfd, 2> waited{{{changes_.get(), POLLIN, 0}, {stop_.get(), POLLIN, 0}}};
  alignas(inotify_event) std::array<char, 16'384> events;
  while (waited[1].revents == 0) {
    (void)::poll(waited.data(), waited.size(), -1);
    const ssize_t bytes = ::read(changes_.get(), events.data(), events.size());
    if (bytes > 0)
      take(events.data(), static_cast<std::size_t>(bytes));
  }
}

void exit_watch::take(const char* events, std::size_t bytes) {
  for (std::size_t at = 0; at + sizeof(inotify_event) <= bytes;) {
    inotify_event event{};
    std::memcpy(&event, events + at, sizeof event);
    at += sizeof event;
    const std::string_view file = event.len > 0 ? std::string_view{events + at} : "";
    at += event.len;
    if ((event.mask & IN_Q_OVERFLOW) != 0)
      hint_({});
    else
      take(event.wd, (event.mask & IN_IGNORED) != 0, file == "exit");
  }
}

void exit_watch::take(int watch, bool is_unwatched, bool is_exit) {
  std::string attempt;
  {
    const system::lock held{mutex_};
    const auto found = attempts_.find(watch);
    if (found == attempts_.end())
      return;
    attempt = found->second;
    if (is_unwatched)
      attempts_.erase(found);
  }
  if (is_exit)
    hint_(attempt);
}

} // namespace rota::executors::docker
