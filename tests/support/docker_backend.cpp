#include "tests/support/docker_backend.hpp"

#include "executors/docker/docker_executor.hpp"
#include "json/write.hpp"
#include "system/run.hpp"
#include "tests/support/files.hpp"
#include "tests/support/processes.hpp"

#include <signal.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <stdexcept>

namespace rota::tests {

namespace fs = std::filesystem;
using namespace executors;

namespace {

constexpr std::chrono::minutes script_timeout{10};

std::unique_ptr<executor> executor_at(const fs::path& place, const std::string& socket) {
  std::string options;
  json_writer{options}.begin_object().member("socket", "unix:" + socket).end_object();
  return make_docker_executor({"lab", "i1", place.string(), options, ""});
}

} // namespace

docker_backend::docker_backend(std::string engine) : engine_(std::move(engine)) {
  fs::create_directories(shared());
  fs::create_directories(place());
}

std::unique_ptr<docker_backend> docker_backend::up(const std::string& engine) {
  const char* enabled = std::getenv("ROTA_TEST_DOCKER");
  if (engine == "docker" && (enabled == nullptr || std::string(enabled) != "1")) {
    std::cout << "SKIPPED: dockerd is tested where ROTA_TEST_DOCKER=1" << std::endl;
    return nullptr;
  }
  std::unique_ptr<docker_backend> backend{new docker_backend(engine)};
  if (backend->run_script("up") == 0)
    return backend;
  std::string why = read_whole(backend->folder_.path() / "script.log");
  std::ranges::replace(why, '\n', ' ');
  std::cout << "SKIPPED: " << engine << " can't run here: " << why << std::endl;
  return nullptr;
}

docker_backend::~docker_backend() { (void)run_script("down"); }

int docker_backend::run_script(const std::string& what) const {
  const auto ended = system::run(
      {{"tests/support/backends/" + engine_, what, (folder_.path() / "engine").string()},
       {},
       {},
       script_timeout});
  std::ofstream{folder_.path() / "script.log", std::ios::app}
      << (ended ? ended->err : ended.error().text());
  return ended ? ended->status : -1;
}

std::unique_ptr<executor> docker_backend::make_executor() const {
  return executor_at(place(), socket());
}

std::unique_ptr<executor> make_unreachable(const temporary_folder& folder) {
  return executor_at(folder.path(), (folder.path() / "no-engine").string());
}

void docker_backend::kill_service() {
  const pid_t service = std::stoi(read_whole(folder_.path() / "engine/service.pid"));
  ::kill(service, SIGKILL);
  const std::string status = "/proc/" + std::to_string(service) + "/status";
  soon([&] {
    const std::string text = read_whole(status);
    return text.empty() || text.find("State:\tZ") != std::string::npos;
  });
}

void docker_backend::serve_again() {
  if (run_script("serve") != 0)
    throw std::runtime_error(read_whole(folder_.path() / "script.log"));
}

start_order docker_backend::order(const std::string& name, const std::string& script,
                                  const std::string& more) const {
  std::string options;
  json_writer out{options};
  out.begin_object().member("image", "rota-test:1").member("network", "none");
  out.key("command").begin_array().string("/bin/sh").string("-c").string(script).end_array();
  out.key("mounts").begin_array().string(shared().string() + ":/shared").end_array();
  out.end_object();
  options.insert(options.size() - 1, more);
  return {name, "scan", "acme", {{"j-" + name, R"({"target": "a"})", 1, {}}}, options, {}};
}

std::optional<attempt_state> state_of(executor& engine, const std::string& name) {
  const auto all = engine.list();
  if (all)
    for (const auto& each : *all)
      if (each.name == name)
        return each.what;
  return std::nullopt;
}

bool becomes(executor& engine, const std::string& name, attempt_state what) {
  return soon([&] { return state_of(engine, name) == what; });
}

start_result start_at_last(executor& engine, const start_order& order) {
  start_result outcome = engine.start(order);
  soon([&] {
    if (outcome || outcome.error().kind == start_failure_kind::refused)
      return true;
    outcome = engine.start(order);
    return false;
  });
  return outcome;
}

pid_t conmon_of(const std::string& container) {
  for (const pid_t process : processes_with("/conmon")) {
    const std::string words = read_whole("/proc/" + std::to_string(process) + "/cmdline");
    if (words.find('\0' + container + '\0') != std::string::npos)
      return process;
  }
  return 0;
}

} // namespace rota::tests
