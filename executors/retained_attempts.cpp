#include "executors/retained_attempts.hpp"

#include "system/files.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

namespace rota::executors {

namespace fs = std::filesystem;

void retained_attempts::open(const std::string& folder) {
  folder_ = folder;
  std::vector<std::pair<fs::file_time_type, std::string>> aged;
  std::error_code error;
  for (fs::directory_iterator at{folder, error}, end; !error && at != end; at.increment(error)) {
    std::error_code unknown;
    const auto changed = at->last_write_time(unknown);
    aged.emplace_back(unknown ? fs::file_time_type::min() : changed, at->path().filename());
  }
  std::sort(aged.begin(), aged.end());
  const system::lock held{mutex_};
  for (auto& [changed, name] : aged)
    names_.push_back(std::move(name));
}

void retained_attempts::add(std::string name) {
  std::vector<std::string> too_many;
  {
    const system::lock held{mutex_};
    names_.push_back(std::move(name));
    for (; names_.size() > kept; names_.pop_front())
      too_many.push_back(std::move(names_.front()));
  }
  for (const std::string& old : too_many)
    system::remove_tree(folder_ + "/" + old);
}

} // namespace rota::executors
