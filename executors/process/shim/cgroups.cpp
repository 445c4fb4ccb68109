#include "executors/process/shim/cgroups.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <sstream>
#include <string_view>
#include <utility>

namespace rota::shim {
namespace {

constexpr std::int64_t period_us = 100'000;

/// A limit of one controller, in the terms of both versions.
struct limit_setting {
  std::string controller;
  std::string what; ///< For people.
  std::pair<std::string, std::string> first;
  std::vector<std::pair<std::string, std::string>> more; ///< Version 1; best effort.
  std::pair<std::string, std::string> unified;
};

std::vector<limit_setting> settings_of(const run_folder::run_limits& limits) {
  std::vector<limit_setting> settings;
  if (limits.memory_bytes) {
    const std::string bytes = std::to_string(*limits.memory_bytes);
    settings.push_back({"memory",
                        "memory_bytes " + bytes,
                        {"memory.limit_in_bytes", bytes},
                        {{"memory.memsw.limit_in_bytes", bytes}},
                        {"memory.max", bytes}});
  }
  if (limits.cpu_thousandths) {
    const std::string quota =
        std::to_string(std::max<std::int64_t>(1'000, *limits.cpu_thousandths * period_us / 1'000));
    const std::string period = std::to_string(period_us);
    settings.push_back({"cpu",
                        "cpus " + std::to_string(*limits.cpu_thousandths) + "/1000",
                        {"cpu.cfs_quota_us", quota},
                        {},
                        {"cpu.max", quota + ' ' + period}});
  }
  if (limits.pids) {
    const std::string pids = std::to_string(*limits.pids);
    settings.push_back({"pids", "pids " + pids, {"pids.max", pids}, {}, {"pids.max", pids}});
  }
  return settings;
}

std::vector<std::string> words_of(const std::string& line, char separator) {
  std::vector<std::string> words;
  std::istringstream in{line};
  for (std::string word; std::getline(in, word, separator);)
    words.push_back(word);
  return words;
}

bool lists(const std::string& words, char separator, const std::string& word) {
  const auto all = words_of(words, separator);
  return std::find(all.begin(), all.end(), word) != all.end();
}

std::string read_text(const std::string& path) {
  std::string text = value_or(system::read_file(path), {});
  while (!text.empty() && text.back() == '\n')
    text.pop_back();
  return text;
}

int write_text(const std::string& path, const std::string& text) {
  const auto to = system::open_file(path, O_WRONLY);
  return to.is_open() ? system::write_all(to, text) : errno;
}

/// Returns the path of this process's group in the controller's hierarchy; the controller "" means
/// version 2.
std::optional<std::string> membership_in(const std::string& controller,
                                         const std::string& membership) {
  for (const std::string& line : words_of(membership, '\n')) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (second == std::string::npos)
      continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    if (controller.empty() ? controllers.empty() : lists(controllers, ',', controller))
      return line.substr(second + 1);
  }
  return std::nullopt;
}

/// In a container, the mount shows only the part of the hierarchy below `root`.
std::string folder_below(const std::string& point, const std::string& root,
                         const std::string& path) {
  if (root == "/")
    return path == "/" ? point : point + path;
  return path.rfind(root, 0) == 0 ? point + path.substr(root.size()) : point;
}

/// Returns "own" and its parents, up to the mount.
std::vector<std::string> folders_up(const cgroup_place& place) {
  std::vector<std::string> folders;
  for (std::string folder = place.folder; folder.size() >= place.top.size();
       folder.resize(folder.rfind('/')))
    folders.push_back(folder);
  return folders;
}

/// Ensures that groups below `parent` have the controller's files.
bool enable_below(const std::string& parent, const std::string& controller) {
  if (!lists(read_text(parent + "/cgroup.controllers"), ' ', controller))
    return false;
  const std::string control = parent + "/cgroup.subtree_control";
  return lists(read_text(control), ' ', controller) || write_text(control, '+' + controller) == 0;
}

struct made_group {
  std::string folder;
  int error = 0;
};

made_group make_group(const std::string& folder,
                      const std::pair<std::string, std::string>& setting) {
  const auto is_new = system::make_folder(folder, 0755);
  if (!is_new)
    return {folder, is_new.error().number};
  const int error = write_text(folder + '/' + setting.first, setting.second);
  if (error != 0 && *is_new)
    ::rmdir(folder.c_str());
  return {folder, error};
}

made_group make_in(const cgroup_place& place, const limit_setting& wanted,
                   const std::string& name) {
  if (!place.is_unified) {
    made_group made = make_group(place.folder + '/' + name, wanted.first);
    for (const auto& [setting, value] : wanted.more)
      if (made.error == 0)
        (void)write_text(made.folder + '/' + setting, value);
    return made;
  }
  // A group with processes cannot delegate controllers, so a sibling group is tried, too.
  made_group made{{}, EBUSY};
  const std::string below = '/' + name;
  for (const std::string& parent : folders_up(place))
    if (made.error != 0 && enable_below(parent, wanted.controller))
      made = make_group(parent + below, wanted.unified);
  return made;
}

std::int64_t count_after(const std::string& text, const std::string& word) {
  for (const std::string& line : words_of(text, '\n'))
    if (line.rfind(word + ' ', 0) == 0)
      return std::atoll(line.c_str() + word.size() + 1);
  return 0;
}

} // namespace

std::vector<cgroup_place> cgroup_places(const std::string& controller,
                                        const std::string& membership, const std::string& mounts) {
  std::vector<cgroup_place> older, unified;
  for (const std::string& line : words_of(mounts, '\n')) {
    // ID PARENT DEVICE ROOT POINT OPTIONS... - TYPE SOURCE OPTIONS
    const std::vector<std::string> words = words_of(line, ' ');
    const auto dash = std::find(words.begin(), words.end(), "-");
    if (words.size() < 6 || words.end() - dash < 4)
      continue;
    const bool is_unified = dash[1] == "cgroup2";
    if (!is_unified && (dash[1] != "cgroup" || !lists(dash[3], ',', controller)))
      continue;
    const auto path = membership_in(is_unified ? "" : controller, membership);
    if (path)
      (is_unified ? unified : older)
          .push_back({is_unified, folder_below(words[4], words[3], *path), words[4]});
  }
  older.insert(older.end(), unified.begin(), unified.end());
  return older;
}

cgroups::cgroups(const std::string& name, const run_folder::run_limits& limits) {
  const std::vector<limit_setting> settings = settings_of(limits);
  if (settings.empty())
    return;
  const std::string membership = read_text("/proc/self/cgroup");
  const std::string mounts = read_text("/proc/self/mountinfo");
  for (const limit_setting& wanted : settings) {
    made_group made{{}, ENOSYS};
    for (const cgroup_place& place : cgroup_places(wanted.controller, membership, mounts))
      if (made.error != 0)
        made = make_in(place, wanted, name);
    if (made.error != 0)
      warnings_.push_back("the limit " + wanted.what +
                          " is not enforced: no control group for it (" +
                          system::reason_of(made.error) + ")");
    else if (std::find(folders_.begin(), folders_.end(), made.folder) == folders_.end())
      folders_.push_back(made.folder);
  }
}

void cgroups::add(pid_t pid) {
  for (const std::string& folder : folders_) {
    const int error = write_text(folder + "/cgroup.procs", std::to_string(pid));
    if (error != 0)
      warnings_.push_back("the limits of " + folder +
                          " are not enforced: " + system::reason_of(error));
  }
}

std::int64_t cgroups::memory_kills() const {
  std::int64_t kills = 0;
  for (const std::string& folder : folders_) {
    kills += count_after(read_text(folder + "/memory.oom_control"), "oom_kill");
    kills += count_after(read_text(folder + "/memory.events"), "oom_kill");
  }
  return kills;
}

void cgroups::remove() {
  constexpr int tries_max = 50;
  for (const std::string& folder : folders_)
    for (int tries = 0; ::rmdir(folder.c_str()) != 0 && errno == EBUSY && tries < tries_max;
         ++tries) {
      const timespec pause{0, 2'000'000};
      ::nanosleep(&pause, nullptr);
    }
  folders_.clear();
}

} // namespace rota::shim
