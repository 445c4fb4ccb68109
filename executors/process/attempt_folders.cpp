#include "executors/process/attempt_folders.hpp"

#include "executors/process/run_folder/records.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace rota::executors {

using system::descriptor;

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

attempt_folders::attempt_folders(const std::string& path) {
  char* const real = ::realpath(path.c_str(), nullptr);
  if (real == nullptr) {
    error_ = "the folder " + path + ": " + system::reason_of(errno);
    return;
  }
  path_ = real;
  std::free(real); // NOLINT: realpath() says so
  for (const char* const part : {"/live", "/ended", "/marks"})
    make(path_ + part);
  if (!error_.empty())
    return;
  live_ = system::open_folder(path_ + "/live");
  ended_ = system::open_folder(path_ + "/ended");
  if (!live_.is_open() || !ended_.is_open())
    error_ = "the folder " + path_ + ": " + system::reason_of(errno);
  else
    retained_.read(path_ + "/ended");
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
  for (const auto& old : retained_.add(name))
    system::remove_tree({ended_, old});
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
