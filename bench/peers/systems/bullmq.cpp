#include "bench/peers/systems/bullmq.hpp"

#include "bench/common/client.hpp"
#include "bench/common/messages.hpp"
#include "json/slice.hpp"
#include "json/write.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace rota::bench {

namespace {

/// Far beyond any run, and within the range of Node's numbers.
constexpr std::uint64_t jobs_max = 1'000'000'000;

class bullmq_load : public peer_load {
public:
  bullmq_load(std::uint16_t port, const stop_signal& stop) : client_(port, 1, stop) {}

  void open(std::size_t connections, std::size_t batch) {
    std::string text;
    json_writer out(text);
    out.begin_object().member("do", "open");
    out.member("connections", static_cast<std::int64_t>(connections));
    out.member("batch", static_cast<std::int64_t>(batch));
    out.member("payload", static_cast<std::int64_t>(payload_bytes)).end_object();
    static_cast<void>(ask(text));
  }

  [[nodiscard]] load_result run(peer_work what, const load_limit& limit) override {
    constexpr std::array<std::string_view, 3> words{"push", "take", "cycle"};
    std::string text;
    json_writer out(text);
    out.begin_object().member("do", words[static_cast<std::size_t>(what)]);
    out.key("ms").number(std::chrono::duration<double, std::milli>(limit.time).count());
    out.member("jobs", static_cast<std::int64_t>(std::min(limit.jobs, jobs_max))).end_object();
    const std::string answer = ask(text);
    const auto object = json_value(answer).as_object();
    const auto number = [&](std::string_view name) {
      return object.find(name).value_or(json_value{}).as_double().value_or(0);
    };
    load_result result;
    result.pushed = static_cast<std::uint64_t>(number("pushed"));
    result.taken = static_cast<std::uint64_t>(number("taken"));
    result.seconds = number("seconds");
    for (const auto& pop : object.find("pop_ms").value_or(json_value{}).as_array())
      result.pop_ms.add(pop.as_double().value_or(0));
    return result;
  }

private:
  std::string ask(const std::string& text) {
    std::string answer(client_.call(0, text + '\n'));
    if (json_value(answer).as_object().find("error"))
      throw std::runtime_error("BullMQ failed: " + answer);
    return answer;
  }

  client_loop client_;
};

} // namespace

bullmq::bullmq(peer_traits traits, const std::filesystem::path& modules,
               std::filesystem::path folder, const stop_signal& stop)
    : peer(std::move(traits)),
      modules_(std::filesystem::absolute(modules)),
      folder_(std::move(folder)),
      stop_(stop),
      server_(folder_ / "redis", synced_redis(stop), stop) {}

void bullmq::start_driver() {
  driver_.reset();
  const std::vector<std::string> command{"/usr/bin/node", (modules_ / "driver.cjs").string(),
                                         modules_.string(), std::to_string(server_.port())};
  driver_ = std::make_unique<child_process>(command, (folder_ / "node.log").string(), stop_);
}

void bullmq::prepare(const peer_shape&) {
  driver_.reset();
  server_.start_empty();
  start_driver();
}

std::unique_ptr<peer_load> bullmq::open(std::size_t connections, std::size_t batch, tenant_turns&) {
  auto load = std::make_unique<bullmq_load>(driver_->port(), stop_);
  load->open(connections, batch);
  return load;
}

double bullmq::restart() {
  driver_.reset();
  const double seconds = server_.restart();
  start_driver();
  return seconds;
}

} // namespace rota::bench
