#include "tests/system/faults/fault_daemon.hpp"

#include "tests/support/eventually.hpp"
#include "tests/support/files.hpp"

#include <csignal>
#include <fstream>
#include <iostream>

namespace rota::tests::fault {
namespace {

constexpr const char* strace = "/usr/bin/strace";

/// The threads of a process: all, or those with this name.
std::vector<std::string> threads_of(pid_t process, const std::string& name) {
  std::vector<std::string> found;
  std::error_code ignored;
  const std::filesystem::path tasks = "/proc/" + std::to_string(process) + "/task";
  for (const auto& task : std::filesystem::directory_iterator{tasks, ignored}) {
    std::string its_name;
    std::getline(std::ifstream{task.path() / "comm"} >> std::ws, its_name);
    if (name.empty() || its_name == name)
      found.push_back(task.path().filename());
  }
  return found;
}

bool is_traced(pid_t process, const std::string& thread) {
  const auto status =
      read_whole("/proc/" + std::to_string(process) + "/task/" + thread + "/status");
  return status.find("TracerPid:\t0\n") == std::string::npos && !status.empty();
}

} // namespace

std::string no_strace() {
  if (!std::filesystem::exists(strace))
    return "strace is not installed";
  const auto probe = run_to_end(
      {strace, "-f", "-qq", "-o", "/dev/null", "-e", "inject=fdatasync:error=EIO", "/bin/true"});
  return probe.status == 0 ? "" : "strace can't trace here: " + probe.err;
}

bool skipped_without_strace() {
  const auto why = no_strace();
  if (!why.empty())
    std::cout << "SKIPPED: " << why << std::endl;
  return !why.empty();
}

bool faulty_daemon::start(const std::string& inject) {
  const auto config = scratch_.write("config.json", R"({"snapshot_ms":100})");
  std::vector<std::string> words;
  if (!inject.empty())
    // With -D, the daemon is the child and strace runs beside it.
    words = {strace, "-D",
             "-f",   "-qq",
             "-o",   "/dev/null",
             "-e",   "trace=" + syncs,
             "-e",   "inject=" + inject};
  words.insert(words.end(), {rotad_path(), "--data", data_.string(), "--listen", "127.0.0.1:0",
                             "--config", config.string()});
  std::filesystem::remove(scratch_.path() / "err");
  return launch(words, scratch_.path());
}

attached_strace::attached_strace(pid_t process, const std::string& inject,
                                 const std::string& thread, const std::string& calls) {
  std::vector<std::string> words{
      strace, "-qq", "-o", "/dev/null", "-e", "trace=" + calls, "-e", "inject=" + inject};
  const auto wanted = threads_of(process, thread);
  if (thread.empty()) {
    words.insert(words.end(), {"-f", "-p", std::to_string(process)});
  } else {
    for (const auto& each : wanted)
      words.insert(words.end(), {"-p", each});
  }
  if (wanted.empty())
    return;
  child_ = std::make_unique<child_program>(words);
  is_attached_ = eventually([&] {
                   bool all = true;
                   for (const auto& each : wanted)
                     all = all && is_traced(process, each);
                   return all || !child_->is_running();
                 }) &&
                 child_->is_running();
}

attached_strace::~attached_strace() {
  if (!child_)
    return;
  child_->signal(SIGINT); // Detaches from the traced threads.
  child_->wait();
}

bool while_storage_fails(running_daemon& daemon, const std::function<void()>& action) {
  const attached_strace broken{daemon.rotad.pid(), syncs + ":error=EIO"};
  if (!broken.is_attached()) {
    std::cout << "SKIPPED: strace can't attach" << std::endl;
    return false;
  }
  daemon.client.send("job.push", R"({"jobs":[{"type":"t","tenant":"a","payload":1}]})");
  action();
  return true;
}

} // namespace rota::tests::fault
