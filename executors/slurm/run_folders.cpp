#include "executors/slurm/run_folders.hpp"

#include "json/slice.hpp"
#include "system/files.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>

namespace rota::executors::slurm {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t beat_ms_min = 100;

} // namespace

settings read_settings(const std::string& json) {
  settings read;
  const json_value given{json.empty() ? std::string_view("{}") : std::string_view(json)};
  for (const auto& [name, value] : given.as_object()) {
    if (name == "conf")
      read.conf = value.as_string();
    else if (name == "beat_ms")
      read.beat = std::chrono::milliseconds{
          std::max(beat_ms_min, value.as_int64().value_or(read.beat.count()))};
    else if (name == "sbatch")
      for (const json_value word : value.as_array())
        read.sbatch_words.push_back(word.as_string());
  }
  return read;
}

run_folders::run_folders(std::string path) : path_(std::move(path)) {
  std::error_code error; // reported at the first use
  fs::remove_all(path_ + "/new", error);
  for (const char* name : {"/new", "/runs", "/ended"})
    fs::create_directories(path_ + name, error);
  retained_.read(path_ + "/ended");
}

run_folder run_folders::at(const std::string& name) const {
  return run_folder{path_ + "/runs/" + name};
}

run_folder run_folders::ended(const std::string& name) const {
  return run_folder{path_ + "/ended/" + name};
}

run_folder run_folders::find(const std::string& name) const {
  auto run = at(name);
  return run.is_there() ? run : ended(name);
}

backend_result<std::vector<std::string>> run_folders::names() const {
  auto names = system::names_in(path_ + "/runs");
  if (!names)
    return backend_error{names.error().text()};
  std::erase_if(*names, [](const std::string& name) { return !is_attempt_name(name); });
  return std::move(*names);
}

backend_result<void> run_folders::remove(const std::string& name) {
  const auto from = at(name).path();
  const auto to = ended(name).path();
  if (std::rename(from.c_str(), to.c_str()) != 0) {
    if (errno == ENOENT)
      return {};
    if (errno != ENOTEMPTY && errno != EEXIST)
      return backend_error{"cannot move " + from + ": " + system::reason_of(errno)};
    system::remove_tree(from);
    return {};
  }
  for (const auto& old : retained_.add(name))
    system::remove_tree(ended(old).path());
  return {};
}

} // namespace rota::executors::slurm
