#include "bench/common/rotad.hpp"

#include "bench/common/measure.hpp"
#include "bench/common/messages.hpp"
#include "bench/common/usage.hpp"
#include "json/slice.hpp"
#include "json/write.hpp"

#include <stdexcept>
#include <utility>

namespace rota::bench {

rotad::rotad(std::filesystem::path binary, std::filesystem::path folder, std::string durability,
             const stop_signal& stop, std::vector<std::string> more)
    : binary_(std::move(binary)),
      folder_(std::move(folder)),
      durability_(std::move(durability)),
      more_(std::move(more)),
      stop_(stop) {
  std::filesystem::create_directories(folder_);
  start();
}

double rotad::start() {
  process_.reset();
  const auto begin = std::chrono::steady_clock::now();
  std::vector<std::string> command{binary_.string(), "--data",      (folder_ / "data").string(),
                                   "--listen",       "127.0.0.1:0", "--durability",
                                   durability_};
  command.insert(command.end(), more_.begin(), more_.end());
  process_ = std::make_unique<child_process>(command, (folder_ / "rotad.log").string(), stop_);
  return seconds_since(begin);
}

double rotad::stop() {
  const auto begin = std::chrono::steady_clock::now();
  if (!process_->stop()) {
    throw std::runtime_error("rotad did not end after SIGTERM; see " +
                             (folder_ / "rotad.log").string());
  }
  return seconds_since(begin);
}

void rotad::kill() { process_->kill(); }

void rotad::settle(std::chrono::seconds timeout) const {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  double used = usage_of(pid()).cpu_seconds;
  int quiet = 0;
  while (quiet < 4 && std::chrono::steady_clock::now() < deadline) {
    stop_.pause(std::chrono::milliseconds(250));
    const double now = usage_of(pid()).cpu_seconds;
    quiet = now - used < 0.005 ? quiet + 1 : 0;
    used = now;
  }
}

std::string ask(client_loop& clients, std::string_view method, std::string_view params) {
  const auto answer = clients.call(0, request(method, params));
  require_result(answer);
  const auto result = json_value(answer).as_object().find("result");
  if (!result)
    throw std::runtime_error("an answer has no result: " + std::string(answer.substr(0, 500)));
  return std::string(result->raw());
}

void put_type(client_loop& clients, const std::string& name, std::optional<std::size_t> batch_max) {
  std::string params = R"({"name":")" + name + '"';
  if (batch_max)
    params += R"(,"batch":{"max_size":)" + std::to_string(*batch_max) + "}";
  ask(clients, "type.put", params + "}");
}

engine::fairness_gap fairness_of(client_loop& clients) {
  const std::string stats = ask(clients, "server.stats", "{}");
  engine::fairness_gap worst;
  const auto pools = json_value(stats).as_object().find("pools");
  if (!pools)
    throw std::runtime_error("server.stats has no pools");
  for (const auto& pool : pools->as_array()) {
    const auto number = [&](std::string_view pointer) {
      const auto value = at_pointer(pool, pointer);
      return value ? value->as_double().value_or(0) : 0;
    };
    if (number("/fairness/ratio") > worst.ratio)
      worst = {number("/fairness/gap"), number("/fairness/bound"), number("/fairness/ratio")};
  }
  return worst;
}

std::uint64_t waiting_jobs(client_loop& clients) {
  const std::string stats = ask(clients, "server.stats", "{}");
  std::uint64_t jobs = 0;
  for (const auto* const state : {"ready", "delayed"}) {
    const auto count = json_value(stats).as_object().find(state);
    jobs += static_cast<std::uint64_t>(count ? count->as_int64().value_or(0) : 0);
  }
  return jobs;
}

} // namespace rota::bench
