#include "bench/peers/redis_lists.hpp"

#include "bench/common/requests.hpp"
#include "bench/peers/line_clients.hpp"
#include "bench/peers/redis_answers.hpp"

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rota::bench {

namespace {

/// One call a push and one a pop, whatever the number of jobs. LMOVE is what the append-only file
/// keeps of a pop: names, and not the payloads again.
constexpr std::string_view functions = R"(#!lua name=jobs
local function push(keys, args)
  local length = redis.call('RPUSH', keys[1], unpack(args))
  if length == #args then redis.call('RPUSH', keys[2], keys[1]) end
  return #args
end
local function pop(keys, args)
  local queue = redis.call('LPOP', keys[1])
  if not queue then return {} end
  local jobs = {}
  for place = 1, tonumber(args[1]) do
    local job = redis.call('LMOVE', queue, keys[2], 'LEFT', 'RIGHT')
    if not job then break end
    jobs[place] = job
  end
  if redis.call('EXISTS', queue) == 1 then redis.call('RPUSH', keys[1], queue) end
  return jobs
end
redis.register_function('push', push)
redis.register_function('pop', pop)
)";

/// A command as Redis reads it quickest.
class redis_command {
public:
  explicit redis_command(std::size_t words) {
    text_.append("*").append(std::to_string(words)).append("\r\n");
  }
  redis_command& word(std::string_view text) {
    text_.append(size_line(text.size())).append(text).append("\r\n");
    return *this;
  }
  /// A tenant's name.
  redis_command& tenant() {
    text_.append(size_line(1 + tenant_digits)).append("t").append_tenant().append("\r\n");
    return *this;
  }
  /// A payload that begins with the tenant's number.
  redis_command& payload() {
    text_.append(size_line(payload_bytes)).append_tenant();
    text_.append_noise(payload_bytes - tenant_digits).append("\r\n");
    return *this;
  }
  [[nodiscard]] tenant_text text() && { return std::move(text_); }

private:
  static std::string size_line(std::size_t size) { return "$" + std::to_string(size) + "\r\n"; }

  tenant_text text_;
};

tenant_text push_text(std::size_t jobs) {
  redis_command command(5 + jobs);
  command.word("FCALL").word("push").word("2").tenant().word("turns");
  for (std::size_t job = 0; job < jobs; ++job) {
    command.payload();
  }
  return std::move(command).text();
}

std::string pop_text(const std::string& in_hand, std::size_t jobs) {
  redis_command command(6);
  command.word("FCALL").word("pop").word("2").word("turns").word(in_hand);
  command.word(std::to_string(jobs));
  return std::string(std::move(command).text().text());
}

std::string complete_text(const std::string& in_hand) {
  redis_command command(2);
  command.word("DEL").word(in_hand);
  return std::string(std::move(command).text().text());
}

class redis_clients : public line_clients {
public:
  redis_clients(std::uint16_t port, std::size_t connections, std::size_t batch,
                const stop_signal& stop)
      : line_clients(port, connections, stop), push_(push_text(batch)) {
    for (std::size_t index = 0; index < connections; ++index) {
      const std::string in_hand = "hand" + std::to_string(index);
      connections_.push_back({pop_text(in_hand, batch), complete_text(in_hand), {}, 0, false});
    }
  }

  void push(std::size_t index, std::uint32_t tenant) override {
    connections_[index].completing = false;
    loop().send(index, push_.for_tenant(tenant));
  }
  void pop(std::size_t index, std::uint32_t) override {
    connections_[index].completing = false;
    connections_[index].tenants.clear();
    loop().send(index, connections_[index].pop);
  }
  void complete(std::size_t index) override {
    connections_[index].completing = true;
    loop().send(index, connections_[index].complete);
  }

  [[nodiscard]] const std::vector<std::uint32_t>& tenants(std::size_t index) const override {
    return connections_[index].tenants;
  }

protected:
  std::optional<std::size_t> take_line(std::size_t index, std::string_view line) override {
    auto& connection = connections_[index];
    const auto answer = connection.answers.take(line);
    if (connection.answers.at_string()) {
      connection.tenants.push_back(read_tenant(line));
    }
    if (!answer) {
      return std::nullopt;
    }
    if (!connection.completing) {
      connection.jobs = *answer;
    } else if (*answer != 1) {
      throw std::runtime_error("Redis knew nothing of a list of jobs in hand");
    }
    return connection.jobs;
  }

private:
  struct connection {
    std::string pop;
    std::string complete;
    redis_answers answers;
    std::size_t jobs = 0; ///< Of what was answered last.
    bool completing = false;
    std::vector<std::uint32_t> tenants{};
  };

  tenant_text push_;
  std::vector<connection> connections_;
};

} // namespace

redis_lists::redis_lists(std::filesystem::path folder, const stop_signal& stop)
    : stop_(stop), server_(std::move(folder), stop) {
  traits_.name = "redis";
  traits_.durability = "synced before each answer";
  traits_.rota = "rota";
  traits_.choice = "tenants in turn, by a function in Lua";
}

void redis_lists::prepare(const peer_shape& shape) {
  set_shape(shape);
  server_.start_empty();
  redis_command load(3);
  load.word("FUNCTION").word("LOAD").word(functions);
  client_loop client(server_.port(), 1, stop_);
  const auto answer = client.call(0, std::move(load).text().text());
  if (answer.starts_with('-')) {
    throw std::runtime_error("Redis refused the functions: " + std::string(answer));
  }
}

std::unique_ptr<peer_clients> redis_lists::connect(std::size_t connections, std::size_t batch) {
  return std::make_unique<redis_clients>(server_.port(), connections, batch, stop_);
}

} // namespace rota::bench
