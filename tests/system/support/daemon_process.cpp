#include "tests/system/support/daemon_process.hpp"

#include "tests/support/eventually.hpp"
#include "tests/support/files.hpp"

#include <stdexcept>
#include <string_view>
#include <system_error>

namespace rota::tests {
namespace {

constexpr std::string_view wire_announcement = "rotad: listening on 127.0.0.1:";
constexpr std::string_view http_announcement = "rotad: http on 127.0.0.1:";
constexpr std::string_view console_announcement = "rotad: console on 127.0.0.1:";

/// The port in a line of the daemon's output; empty if there is no such line yet.
std::string announced_port(const std::string& out, std::string_view announcement) {
  const auto begin = out.find(announcement);
  if (begin == std::string::npos)
    return {};
  const auto digits = begin + announcement.size();
  const auto end = out.find('\n', digits);
  return end == std::string::npos ? std::string{} : out.substr(digits, end - digits);
}

} // namespace

bool daemon_child::launch(const std::vector<std::string>& command,
                          const std::filesystem::path& folder) {
  const auto out = folder / "out";
  std::error_code ignored;
  std::filesystem::remove(out, ignored);
  child_ = std::make_unique<child_program>(command, out, folder / "err");
  std::string port;
  eventually([&] {
    port = announced_port(read_whole(out), wire_announcement);
    return !port.empty() || !child_->is_running();
  });
  endpoint_ = {"127.0.0.1", port};
  return !port.empty();
}

void daemon_child::end(int signal) {
  child_->signal(signal);
  child_->wait();
}

int daemon_child::terminate() {
  child_->signal(SIGTERM);
  return child_->wait(std::chrono::seconds{30}).value_or(-1);
}

daemon_process::daemon_process(std::vector<std::string> arguments, std::string_view config)
    : arguments_(std::move(arguments)) {
  if (!config.empty())
    arguments_.insert(arguments_.end(),
                      {"--config", folder_.write("config.json", config).string()});
  start();
}

std::vector<std::string> daemon_process::command() const {
  std::vector<std::string> words{rotad_path(), "--data", data().string(), "--listen",
                                 "127.0.0.1:0"};
  words.insert(words.end(), arguments_.begin(), arguments_.end());
  return words;
}

void daemon_process::start() {
  if (!launch(command(), folder_.path()))
    throw std::runtime_error("rotad didn't listen: " + standard_error());
  const auto out = read_whole(folder_.path() / "out");
  http_ = {"127.0.0.1", announced_port(out, http_announcement)};
  console_ = {"127.0.0.1", announced_port(out, console_announcement)};
}

ended_program start_refused(const std::vector<std::string>& arguments) {
  const temporary_folder folder;
  std::vector<std::string> command{rotad_path(), "--data", folder.path() / "data", "--listen",
                                   "127.0.0.1:0"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return run_to_end(command);
}

} // namespace rota::tests
