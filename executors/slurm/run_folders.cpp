#include "executors/slurm/run_folders.hpp"

#include "system/files.hpp"

#include <cerrno>
#include <cstdio>
#include <filesystem>

namespace rota::executors::slurm {

namespace fs = std::filesystem;

run_folders::run_folders(std::string path) : path_(std::move(path)) {
  std::error_code error; // reported at the first use
  fs::remove_all(path_ + "/new", error);
  for (const char* name : {"/new", "/runs", "/ended"})
    fs::create_directories(path_ + name, error);
  retained_.open(path_ + "/ended");
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
  retained_.add(name);
  return {};
}

} // namespace rota::executors::slurm
