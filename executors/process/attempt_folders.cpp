#include "executors/process/attempt_folders.hpp"

#include "executors/process/run_folder/records.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <utility>

namespace rota::executors {
namespace {

using run_folder::file;

struct close_folder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

/// Nothing, with errno set, when the folder can't be read.
std::optional<std::vector<std::string>> names_in(const file& folder) {
  const int again = ::openat(folder.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const std::unique_ptr<DIR, close_folder> entries{again < 0 ? nullptr : ::fdopendir(again)};
  if (!entries)
    return std::nullopt;
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(entries.get())) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..")
      names.push_back(name);
  }
  return names;
}

/// A run folder holds files only.
void remove_run_folder(const file& parent, const std::string& name) {
  const file folder = run_folder::open_folder_at(parent, name);
  if (folder.is_open())
    for (const std::string& entry : names_in(folder).value_or(std::vector<std::string>{}))
      ::unlinkat(folder.get(), entry.c_str(), 0);
  ::unlinkat(parent.get(), name.c_str(), AT_REMOVEDIR);
}

} // namespace

attempt_facts facts_of(const file& folder) {
  attempt_facts facts;
  // In this order: after a start was seen a free lock means that its shim is dead, and then a
  // missing result stays missing.
  facts.is_started = run_folder::read_started(folder, run_folder::started_file).has_value();
  const file lock = run_folder::open_at(folder, run_folder::lock_file, O_RDWR);
  facts.is_kept = lock.is_open() && run_folder::is_locked_by_other(lock);
  facts.is_ended = run_folder::read_result(folder).has_value();
  facts.is_fenced = run_folder::exists_at(folder, run_folder::fenced_file);
  return facts;
}

attempt_folders::attempt_folders(const std::string& path) {
  char* const real = ::realpath(path.c_str(), nullptr);
  if (real == nullptr) {
    error_ = "the folder " + path + ": " + run_folder::error_text(errno);
    return;
  }
  path_ = real;
  std::free(real); // NOLINT: realpath() says so
  for (const char* const part : {"/live", "/ended", "/marks"})
    make(path_ + part);
  if (!error_.empty())
    return;
  live_ = run_folder::open_folder(path_ + "/live");
  ended_ = run_folder::open_folder(path_ + "/ended");
  if (!live_.is_open() || !ended_.is_open())
    error_ = "the folder " + path_ + ": " + run_folder::error_text(errno);
  else
    ended_names_.read(path_ + "/ended");
}

void attempt_folders::make(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
    error_ = "cannot create " + path + ": " + run_folder::error_text(errno);
}

std::string attempt_folders::path_of_live(const std::string& name) const {
  return path_ + "/live/" + name;
}

file attempt_folders::live(const std::string& name) const {
  return run_folder::open_folder_at(live_, name);
}

file attempt_folders::ended(const std::string& name) const {
  return run_folder::open_folder_at(ended_, name);
}

file attempt_folders::any(const std::string& name) const {
  file folder = live(name);
  return folder.is_open() ? std::move(folder) : ended(name);
}

file attempt_folders::claim(const std::string& name) const {
  if (::mkdirat(live_.get(), name.c_str(), 0700) != 0 && errno != EEXIST)
    return file{};
  return live(name);
}

bool attempt_folders::is_live(const file& folder, const std::string& name) const {
  struct stat own {};
  struct stat live {};
  return ::fstat(folder.get(), &own) == 0 &&
         ::fstatat(live_.get(), name.c_str(), &live, AT_SYMLINK_NOFOLLOW) == 0 &&
         own.st_ino == live.st_ino;
}

void attempt_folders::drop(const std::string& name) const { remove_run_folder(live_, name); }

int attempt_folders::retire(const std::string& name) {
  if (::renameat(live_.get(), name.c_str(), ended_.get(), name.c_str()) != 0)
    return errno;
  for (const auto& old : ended_names_.add(name))
    remove_run_folder(ended_, old);
  return 0;
}

backend_result<std::vector<std::string>> attempt_folders::live_names() const {
  auto names = names_in(live_);
  if (!names)
    return backend_error{"cannot read " + path_ + "/live: " + run_folder::error_text(errno)};
  return std::move(*names);
}

} // namespace rota::executors
