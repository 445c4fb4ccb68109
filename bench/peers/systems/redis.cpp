#include "bench/peers/systems/redis.hpp"

#include "bench/common/messages.hpp"
#include "bench/peers/systems/line_clients.hpp"

#include <charconv>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace rota::bench {

namespace {

std::uint64_t number_in(std::string_view line) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
  if (error != std::errc{} || end == line.data())
    throw std::runtime_error("the answer of Redis is not a number: " +
                             std::string(line.substr(0, 200)));
  return number;
}

/// A push and a pop are one call each, whatever the number of jobs. LMOVE keeps the append-only
/// file small: it records a pop by names, without repeating the payloads.
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

/// A command in the format that Redis parses fastest.
class redis_command {
public:
  explicit redis_command(std::size_t words) {
    text_.append("*").append(std::to_string(words)).append("\r\n");
  }
  redis_command& word(std::string_view text) {
    text_.append(size_line(text.size())).append(text).append("\r\n");
    return *this;
  }
  /// Appends a tenant's name.
  redis_command& tenant() {
    text_.append(size_line(1 + tenant_digits)).append("t").append_tenant().append("\r\n");
    return *this;
  }
  /// Appends a payload that begins with the tenant's number.
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
  for (std::size_t job = 0; job < jobs; ++job)
    command.payload();
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

struct redis_connection : line_connection {
  std::string pop;
  redis_answers answers;
};

class redis_clients : public line_clients<redis_connection> {
public:
  redis_clients(std::uint16_t port, std::size_t connections, std::size_t batch,
                const stop_signal& stop)
      : line_clients(port, connections, batch, stop), push_(push_text(batch)) {
    for (std::size_t index = 0; index < connections; ++index) {
      const std::string in_hand = "hand" + std::to_string(index);
      at(index).pop = pop_text(in_hand, batch);
      at(index).completion = complete_text(in_hand);
    }
  }

  void push(std::size_t index, std::uint32_t tenant) override {
    send_request(index, step::pushing, 1, push_.for_tenant(tenant));
  }
  void pop(std::size_t index, std::uint32_t) override {
    send_request(index, step::popping, 1, at(index).pop);
  }

protected:
  std::optional<std::size_t> receive_line(std::size_t index, std::string_view line) override {
    auto& connection = at(index);
    const auto answer = connection.answers.take(line);
    if (connection.answers.at_string())
      connection.tenants.push_back(read_tenant(line));
    if (!answer)
      return std::nullopt;
    if (connection.doing != step::completing) {
      connection.jobs = *answer;
      return connection.jobs;
    }
    if (*answer != 1) { // The number of deleted lists, not of jobs.
      throw std::runtime_error("Redis has no list for the jobs of a pop");
    }
    return connection.awaited;
  }

private:
  tenant_text push_;
};

std::vector<std::string> server_command(const std::filesystem::path& folder, std::uint16_t port) {
  return {"/usr/bin/redis-server",
          "--port",
          std::to_string(port),
          "--bind",
          "127.0.0.1",
          "--save",
          "",
          "--appendonly",
          "yes",
          "--appendfsync",
          "always",
          "--dir",
          folder.string()};
}

} // namespace

std::optional<std::uint64_t> redis_answers::take(std::string_view line) {
  at_string_ = lines_left_ % 2 == 1; // Sizes come before strings.
  if (lines_left_ > 0)
    return --lines_left_ == 0 ? std::optional<std::uint64_t>(strings_) : std::nullopt;
  const char kind = line.empty() ? ' ' : line.front();
  switch (kind) {
  case '+': return 0;
  case ':': return number_in(line.substr(1));
  case '$':
    strings_ = 1;
    lines_left_ = 1;
    return std::nullopt;
  case '*':
    strings_ = number_in(line.substr(1));
    lines_left_ = 2 * strings_;
    return strings_ == 0 ? std::optional<std::uint64_t>(0) : std::nullopt;
  default: throw std::runtime_error("Redis refused a command: " + std::string(line.substr(0, 200)));
  }
}

own_server::kind synced_redis(const stop_signal& stop) {
  // While Redis loads its data, it accepts connections but refuses commands.
  return {server_command, [&stop](std::uint16_t port) {
            return client_loop(port, 1, stop).call(0, "PING\r\n").starts_with("+PONG");
          }};
}

redis_lists::redis_lists(peer_traits traits, std::filesystem::path folder, const stop_signal& stop)
    : served_peer(std::move(traits), std::move(folder), synced_redis(stop), stop) {}

void redis_lists::prepare(const peer_shape& shape) {
  served_peer::prepare(shape);
  redis_command load(3);
  load.word("FUNCTION").word("LOAD").word(functions);
  client_loop client(server().port(), 1, stop());
  const auto answer = client.call(0, std::move(load).text().text());
  if (answer.starts_with('-'))
    throw std::runtime_error("Redis refused the functions: " + std::string(answer));
}

std::unique_ptr<peer_clients> redis_lists::connect(std::size_t connections, std::size_t batch) {
  return std::make_unique<redis_clients>(server().port(), connections, batch, stop());
}

} // namespace rota::bench
