#include "tests/system/faults/fault_daemon.hpp"

#include "tests/support/eventually.hpp"
#include "tests/support/files.hpp"

#include <csignal>
#include <fstream>

namespace rota::tests::fault {
namespace {

constexpr const char* strace = "/usr/bin/strace";

/// The threads of a process: all, or those with that name.
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
  const auto tried = run_to_end(
      {strace, "-f", "-qq", "-o", "/dev/null", "-e", "inject=fdatasync:error=EIO", "/bin/true"});
  return tried.status == 0 ? "" : "strace can't trace here: " + tried.err;
}

faulty_daemon::faulty_daemon(std::filesystem::path data) : data_(std::move(data)) {}

bool faulty_daemon::start(const std::string& inject) {
  const auto config = scratch_.write("config.json", R"({"snapshot_ms":100})");
  std::vector<std::string> words;
  if (!inject.empty())
    // -D: the daemon is our own child, and strace looks on.
    words = {strace, "-D",
             "-f",   "-qq",
             "-o",   "/dev/null",
             "-e",   "trace=" + syncs,
             "-e",   "inject=" + inject};
  for (const auto& word :
       {rotad_path(), std::string{"--data"}, data_.string(), std::string{"--listen"},
        std::string{"127.0.0.1:0"}, std::string{"--config"}, config.string()})
    words.push_back(word);
  std::filesystem::remove(scratch_.path() / "out");
  std::filesystem::remove(scratch_.path() / "err");
  child_ = std::make_unique<child_program>(words, scratch_.path() / "out", scratch_.path() / "err");
  const std::string announcement = "rotad: listening on 127.0.0.1:";
  std::string line;
  eventually([&] {
    line = read_whole(scratch_.path() / "out");
    return line.ends_with('\n') || !child_->running();
  });
  if (!line.starts_with(announcement) || !line.ends_with('\n'))
    return false;
  where_ = {"127.0.0.1", line.substr(announcement.size(), line.size() - announcement.size() - 1)};
  return true;
}

void faulty_daemon::kill() {
  child_->signal(SIGKILL);
  child_->wait();
}

int faulty_daemon::terminate() {
  child_->signal(SIGTERM);
  return child_->wait(std::chrono::seconds{30}).value_or(-1);
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
  child_ = std::make_unique<child_program>(words, scratch_.path() / "out", scratch_.path() / "err");
  works_ = eventually([&] {
             bool all = true;
             for (const auto& each : wanted)
               all = all && is_traced(process, each);
             return all || !child_->running();
           }) &&
           child_->running();
}

attached_strace::~attached_strace() {
  if (!child_)
    return;
  child_->signal(SIGINT); // lets go of what it traces
  child_->wait();
}

} // namespace rota::tests::fault
