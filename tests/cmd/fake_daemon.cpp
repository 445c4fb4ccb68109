#include "tests/cmd/fake_daemon.hpp"

#include "json/slice.hpp"
#include "json/write.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <stdexcept>
#include <utility>

namespace rota::tests {

namespace {

std::string text_at(json_value value, std::string_view pointer) {
  const auto found = at_pointer(value, pointer);
  return found ? found->as_string() : std::string{};
}

json_value value_at(std::string_view json, std::string_view pointer) {
  return at_pointer(json_value{json}, pointer).value_or(json_value{});
}

} // namespace

fake_daemon::fake_daemon() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_.get(), generic, size) != 0 || ::listen(listener_.get(), 8) != 0 ||
      ::getsockname(listener_.get(), generic, &size) != 0 || open_pipe(wake_) != 0) {
    throw std::runtime_error("no socket for a test");
  }
  std::signal(SIGPIPE, SIG_IGN); // A client may have gone.
  port_ = ntohs(address.sin_port);
  thread_ = std::thread{[this] { run(); }};
}

fake_daemon::~fake_daemon() {
  locked([&] { is_ending_ = true; });
  [[maybe_unused]] const int error = write_all(wake_.write, "x");
  thread_.join();
}

void fake_daemon::push(const std::string& id, const std::string& payload,
                       const std::string& checkpoint) {
  locked([&] {
    waiting_.push_back({id, payload, checkpoint});
    answer_held_pop();
  });
}

void fake_daemon::forget_lease(const std::string& lease) {
  locked([&] {
    forgotten_.insert(lease);
    leased.erase(lease);
  });
}

void fake_daemon::wait_until(const std::function<bool()>& holds) {
  std::unique_lock lock{mutex_};
  if (!changed_.wait_for(lock, std::chrono::seconds{60}, holds))
    throw std::runtime_error("the condition that the test waits for never held");
}

void fake_daemon::wait_for_results(std::size_t count) {
  wait_until([&] { return results.size() >= count; });
}

void fake_daemon::run() {
  while (true) {
    std::array<pollfd, 3> entries{
        {{listener_.get(), POLLIN, 0}, {wake_.read.get(), POLLIN, 0}, {client_.get(), POLLIN, 0}}};
    ::poll(entries.data(), entries.size(), -1);
    const std::lock_guard lock{mutex_};
    if (is_ending_)
      return;
    if (entries[2].revents != 0)
      read_some();
    if (entries[0].revents != 0)
      accept_one();
    changed_.notify_all();
  }
}

// Serves one client at a time: a new one replaces the old one.
void fake_daemon::accept_one() {
  close_client();
  client_ = system::descriptor{::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC)};
  ++connections;
}

void fake_daemon::close_client() {
  client_.close();
  input_.clear();
  held_pops.clear();
}

void fake_daemon::read_some() {
  std::array<char, 65536> bytes{};
  const ssize_t count = ::recv(client_.get(), bytes.data(), bytes.size(), 0);
  if (count <= 0) {
    handle_end_of_input();
    return;
  }
  input_.append(bytes.data(), static_cast<std::size_t>(count));
  for (std::size_t end = input_.find('\n'); end != std::string::npos; end = input_.find('\n')) {
    const std::string line = input_.substr(0, end);
    input_.erase(0, end + 1);
    handle(line);
  }
}

void fake_daemon::handle_end_of_input() {
  std::move(on_end_.begin(), on_end_.end(), std::back_inserter(waiting_));
  on_end_.clear();
  answer_held_pop();
  close_client();
}

void fake_daemon::write_line(const std::string& line) {
  if (client_.is_open())
    static_cast<void>(write_all(client_, line + "\n"));
}

void fake_daemon::handle(const std::string& line) {
  const std::string id{value_at(line, "/id").raw()};
  const std::string result =
      answer(id, value_at(line, "/method").as_string(), value_at(line, "/params").raw());
  if (!result.empty())
    write_line(R"({"jsonrpc":"2.0","id":)" + id + "," + result + "}");
}

std::string fake_daemon::answer(const std::string& id, const std::string& method,
                                std::string_view params) {
  if (method == "job.pop") {
    if (!refused_kind_.empty())
      return R"("error":{"code":-32602,"message":"no","data":{"kind":")" + refused_kind_ + "\"}}";
    held_pops.push_back(id);
    answer_held_pop();
    return {};
  }
  if (method == "job.complete")
    return complete(params);
  if (method == "job.extend")
    return extend(params);
  if (method == "job.release") {
    for (const json_value lease : value_at(params, "/leases").as_array()) {
      released.push_back(lease.as_string());
      leased.erase(lease.as_string());
    }
    return R"("result":{"released":[],"unknown":[]})";
  }
  if (method == "job.defer") {
    for (const json_value item : value_at(params, "/leases").as_array()) {
      deferred.emplace_back(item.raw());
      leased.erase(text_at(item, "/lease"));
    }
    return R"("result":{"deferred":[],"unknown":[]})";
  }
  return R"("error":{"code":-32000,"message":"none","data":{"kind":"not_found"}})";
}

std::string fake_daemon::lease_one(const job& given) {
  const std::string id = "lease-" + std::to_string(++leases_);
  leased.insert(id);
  leased_max_ = std::max(leased_max_, leased.size());
  std::string json;
  json_writer writer{json};
  writer.begin_object().member("lease", id).member("type", "check").member("tenant", "acme");
  writer.member("deadline", "2100-01-01T00:00:00Z").key("jobs").begin_array().begin_object();
  writer.member("id", given.id).raw_member("payload", given.payload).member("priority", 0);
  writer.member("attempt", 1);
  if (!given.checkpoint.empty())
    writer.raw_member("checkpoint", given.checkpoint);
  writer.end_object().end_array().end_object();
  return json;
}

// One lease per pop is simplest; a worker with free capacity asks again.
void fake_daemon::answer_held_pop() {
  if (waiting_.empty() || held_pops.empty())
    return;
  const job given = waiting_.front();
  waiting_.pop_front();
  const std::string id = held_pops.front();
  held_pops.pop_front();
  write_line(R"({"jsonrpc":"2.0","id":)" + id + R"(,"result":{"leases":[)" + lease_one(given) +
             "]}}");
}

std::string fake_daemon::complete(std::string_view params) {
  std::string answers;
  for (const json_value item : value_at(params, "/results").as_array()) {
    results.emplace_back(item.raw());
    leased.erase(text_at(item, "/lease"));
    answers += answers.empty() ? "" : ",";
    answers += R"({"state":"succeeded"})";
  }
  if (std::exchange(loses_complete_, false)) {
    close_client();
    return {};
  }
  return R"("result":{"results":[)" + answers + "]}";
}

std::string fake_daemon::extend(std::string_view params) {
  ++extends;
  std::string json = R"("result":)";
  json_writer writer{json};
  writer.begin_object();
  const auto list = [&](std::string_view name, const std::set<std::string>& chosen) {
    writer.key(name).begin_array();
    for (const json_value lease : value_at(params, "/leases").as_array()) {
      if (chosen.contains(lease.as_string()))
        writer.string(lease.as_string());
    }
    writer.end_array();
  };
  list("extended", leased);
  list("unknown", forgotten_);
  list("cancelled", cancelled_);
  writer.key("cancelled_jobs").begin_array().end_array().end_object();
  return json;
}

} // namespace rota::tests
