#include "bench/peers/postgres_server.hpp"

#include "bench/common/system_failure.hpp"

#include <libpq-fe.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>
#include <utility>

namespace rota::bench {

namespace {

const std::filesystem::path programs = "/usr/lib/postgresql/15/bin";
constexpr const char* user = "postgres";
constexpr auto end_patience = std::chrono::seconds(30);

/// A command of PostgreSQL's, as a user that it doesn't refuse to be. It is told when the bench dies.
std::vector<std::string> as_user(std::vector<std::string> command) {
  command[0] = programs / command[0];
  if (geteuid() != 0) {
    return command;
  }
  const std::string name = user;
  std::vector<std::string> wrapped{"/usr/bin/setpriv", "--reuid=" + name, "--regid=" + name,
                                   "--init-groups", "--pdeathsig=INT"};
  wrapped.insert(wrapped.end(), command.begin(), command.end());
  return wrapped;
}

/// Makes a folder that belongs to that user, and lets it into the folder above.
void make_folder(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  if (geteuid() != 0) {
    return;
  }
  const passwd* const account = getpwnam(user);
  if (account == nullptr || chown(folder.c_str(), account->pw_uid, account->pw_gid) != 0) {
    throw std::runtime_error("can't give " + folder.string() + " to the user " + user);
  }
  std::filesystem::permissions(folder.parent_path(), std::filesystem::perms::others_exec,
                               std::filesystem::perm_options::add);
}

std::vector<int> children_of(int pid) {
  const auto text = std::to_string(pid);
  std::ifstream file("/proc/" + text + "/task/" + text + "/children");
  std::vector<int> pids;
  for (int child = 0; file >> child;) {
    pids.push_back(child);
  }
  return pids;
}

} // namespace

postgres_server::postgres_server(std::filesystem::path folder, const stop_signal& stop)
    : folder_(std::move(folder)), stop_(stop) {}

void postgres_server::make_cluster() {
  make_folder(folder_);
  child_process::run(
      as_user({"initdb", "--pgdata", (folder_ / "data").string(), "--username", user, "--auth",
               "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync"}),
      (folder_ / "initdb.log").string());
}

void postgres_server::start() {
  const auto port = free_port();
  std::vector<std::string> command{"postgres", "-D", (folder_ / "data").string(), "-p",
                                   std::to_string(port)};
  // fsync and synchronous_commit are what they are by default, said here because they are the point.
  for (const char* setting : {"listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=on",
                              "synchronous_commit=on", "shared_buffers=1GB", "max_wal_size=8GB",
                              "checkpoint_timeout=15min", "autovacuum_naptime=5s",
                              "autovacuum_vacuum_cost_delay=0", "jit=off"}) {
    command.insert(command.end(), {"-c", setting});
  }
  process_ = std::make_unique<child_process>(as_user(std::move(command)),
                                             (folder_ / "postgres.log").string(), stop_, port);
  while (PQping(address().c_str()) != PQPING_OK) {
    stop_.pause(std::chrono::milliseconds(1));
  }
}

void postgres_server::start_once() {
  if (!process_) {
    make_cluster();
    start();
  }
}

double postgres_server::restart() {
  const auto begin = std::chrono::steady_clock::now();
  const auto children = children_of(process_->pid());
  process_->kill();
  // A new server waits for none of them to hold the old one's memory.
  const auto lives = [](int pid) {
    return std::filesystem::exists("/proc/" + std::to_string(pid));
  };
  while (std::any_of(children.begin(), children.end(), lives)) {
    if (std::chrono::steady_clock::now() > begin + end_patience) {
      throw std::runtime_error("PostgreSQL's processes don't end");
    }
    stop_.pause(std::chrono::milliseconds(1));
  }
  start();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

std::string postgres_server::address() const {
  return "host=127.0.0.1 port=" + std::to_string(process_->port()) + " user=" + user +
         " dbname=postgres";
}

std::vector<int> postgres_server::processes() const {
  auto pids = children_of(process_->pid());
  pids.push_back(process_->pid());
  return pids;
}

} // namespace rota::bench
