#include "tests/system/support/console_run.hpp"

#include "tests/support/temporary_folder.hpp"

#include <stdexcept>

namespace rota::tests {

std::vector<std::string> console_command(const console_daemon& daemon,
                                         const std::vector<std::string>& words) {
  std::vector<std::string> command{rota_path(), "console", "--connect", daemon.console_address()};
  command.insert(command.end(), words.begin(), words.end());
  return command;
}

ended_program console(const console_daemon& daemon, const std::string& command) {
  return run_to_end(console_command(daemon, {"-c", command}));
}

ended_program console_script(const console_daemon& daemon, const std::string& script) {
  const temporary_folder folder;
  const auto file = folder.write("script", script).string();
  auto words = console_command(daemon, {});
  words.insert(words.begin(),
               {"/bin/sh", "-c", "file=$1; shift; exec \"$@\" < \"$file\"", "sh", file});
  return run_to_end(words);
}

json console_json(const console_daemon& daemon, const std::string& command) {
  const auto ended = console(daemon, command + " --json");
  if (ended.status != 0)
    throw std::runtime_error(command + " failed: " + ended.err);
  return json{ended.out};
}

} // namespace rota::tests
