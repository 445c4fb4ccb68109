#include "tests/support/slurm_lab.hpp"

#include "executors/slurm/slurm_executor.hpp"
#include "json/write.hpp"
#include "system/run.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/files.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <thread>

namespace rota::slurm_tests {
namespace {

namespace fs = std::filesystem;
using namespace executors;

constexpr std::chrono::minutes script_timeout{10};

/// Runs a shell command; returns its output and whether it succeeded.
std::pair<std::string, bool> shell_output(const std::string& command) {
  const auto ended = system::run({{"/bin/sh", "-c", command + " 2>&1"}, {}, {}, script_timeout});
  std::string text = ended ? ended->out : ended.error().text();
  while (!text.empty() && text.back() == '\n')
    text.pop_back();
  return {text, ended && ended->status == 0};
}

std::string script() { return fs::absolute("tests/support/backends/slurm").string(); }

/// Runs the script; throws with its output if it fails. The daemons that it starts must not inherit
/// a pipe, or the read would never end.
void run_script(const std::string& words, const fs::path& folder) {
  const auto log = (folder / "script.log").string();
  const auto [text, is_good] = shell_output(script() + " " + words + " >" + log +
                                            " 2>&1 </dev/null || { cat " + log + " && false; }");
  if (!is_good)
    throw std::runtime_error("slurm " + words + ": " + text);
}

} // namespace

bool eventually(const std::function<bool()>& is_done, std::chrono::seconds bound) {
  return tests::eventually(is_done, bound, std::chrono::milliseconds{20});
}

std::optional<std::string> slurm_lab::obstacle() {
  const auto [text, is_good] = shell_output(script() + " check");
  return is_good ? std::nullopt : std::optional{text};
}

slurm_lab::slurm_lab() {
  fs::create_directories(path("programs"));
  fs::create_directories(path("executor"));
  const char* path_before = std::getenv("PATH");
  ::setenv("PATH", (path("programs") + ":" + (path_before ? path_before : "")).c_str(), 1);
  ::setenv("SLURM_CONF", path("slurm/slurm.conf").c_str(), 1);
  run_script("up " + path("slurm"), folder_.path());
}

slurm_lab::~slurm_lab() {
  fs::remove_all(path("programs"));
  try {
    run_script("down " + path("slurm"), folder_.path());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
  }
}

std::unique_ptr<executor> slurm_lab::executor(const std::string& further) const {
  return make_slurm_executor(
      {"cluster", "rota-test", path("executor"), R"({"beat_ms": 500)" + further + "}", ""});
}

start_order slurm_lab::order(const std::string& name, const std::string& shell,
                             const std::string& further) const {
  start_order order;
  order.name = name;
  order.type = "render";
  order.tenant = "ada";
  order.jobs.push_back({"job-1", R"({"frame": 7})", 1, std::nullopt});
  order.options = R"({"command": ["/bin/sh", "-c", )" + to_json_string(shell) + "]" + further + "}";
  return order;
}

std::vector<std::string> slurm_lab::lines(const std::string& name) const {
  return tests::lines_of(path(name));
}

std::string slurm_lab::run(const std::string& shell) const { return shell_output(shell).first; }

void slurm_lab::kill_daemon(const std::string& name) const {
  std::ifstream file{path("slurm/" + name + ".pid")};
  pid_t pid = 0;
  if (!(file >> pid) || pid <= 1)
    throw std::runtime_error("no process id of " + name);
  ::kill(pid, SIGKILL);
  const auto status = "/proc/" + std::to_string(pid) + "/stat";
  const bool is_gone = eventually([&status] {
    std::ifstream stat{status};
    std::string text;
    return !std::getline(stat, text) || text.find(") Z ") != std::string::npos;
  });
  if (!is_gone)
    throw std::runtime_error(name + " did not die");
}

void slurm_lab::start_daemon(const std::string& name) const {
  const auto dot = name.find('.');
  const auto folder = path("slurm");
  run_script(dot == std::string::npos ? "controller " + folder
                                      : "node " + folder + " " + name.substr(dot + 1),
             folder_.path());
}

void slurm_lab::replace_program(const std::string& program, const std::string& shell) const {
  const fs::path replacement = fs::path(path("programs")) / program;
  fs::remove(replacement);
  const auto real = run("command -v " + program);
  std::ofstream{replacement} << "#!/bin/sh\nreal=" << real << "\n" << shell << "\n";
  fs::permissions(replacement, fs::perms::owner_all);
}

std::map<std::string, attempt_state> listed_states(executor& executor) {
  std::map<std::string, attempt_state> found;
  const auto list = executor.list();
  if (list)
    for (const auto& [name, what] : *list)
      found[name] = what;
  return found;
}

bool becomes(executor& executor, const std::string& name, attempt_state what) {
  return eventually([&] {
    const auto found = listed_states(executor);
    return found.contains(name) && found.at(name) == what;
  });
}

attempt_result end_of(executor& executor, const std::string& name) {
  if (!becomes(executor, name, attempt_state::ended))
    throw std::runtime_error(name + " did not end");
  const auto how = executor.result(name);
  if (!how)
    throw std::runtime_error(how.error().message);
  return *how;
}

} // namespace rota::slurm_tests
