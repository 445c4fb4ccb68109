#include "bench/peers/systems/nats.hpp"

#include "bench/common/messages.hpp"
#include "bench/peers/systems/line_clients.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <stdexcept>
#include <utility>

namespace rota::bench {

namespace {

constexpr std::string_view message_word = "MSG ";
constexpr std::string_view headed_word = "HMSG ";

/// Removes the last word, and the space before it, and returns it.
std::string_view cut_last(std::string_view& words) {
  const auto space = words.rfind(' ');
  if (space == std::string_view::npos)
    throw std::runtime_error("NATS sent a malformed message");
  const auto word = words.substr(space + 1);
  words = words.substr(0, space);
  return word;
}

/// A publication that expects an answer.
std::string publication(std::string_view subject, std::string_view answer_to,
                        std::string_view body) {
  std::string text = "PUB ";
  text.append(subject).append(" ").append(answer_to).append(" ");
  text.append(std::to_string(body.size())).append("\r\n").append(body).append("\r\n");
  return text;
}

/// Appends the name of a consumer.
tenant_text& append_consumer(tenant_text& text, nats_consumers consumers) {
  return consumers == nats_consumers::one ? text.append("all") : text.append("t").append_tenant();
}

tenant_text push_text(std::string_view inbox, std::size_t batch) {
  tenant_text text;
  for (std::size_t job = 0; job < batch; ++job) {
    text.append("PUB jobs.t").append_tenant().append(" ").append(inbox).append(" ");
    text.append(std::to_string(payload_bytes)).append("\r\n");
    text.append_tenant().append_noise(payload_bytes - tenant_digits).append("\r\n");
  }
  return text;
}

tenant_text pull_text(std::string_view inbox, nats_consumers consumers, std::size_t batch) {
  const std::string body = R"({"batch":)" + std::to_string(batch) + R"(,"no_wait":true})";
  tenant_text text;
  text.append("PUB $JS.API.CONSUMER.MSG.NEXT.JOBS.");
  append_consumer(text, consumers).append(" ").append(inbox).append(" ");
  text.append(std::to_string(body.size())).append("\r\n").append(body);
  text.append("\r\n");
  return text;
}

struct nats_connection : line_connection {
  std::string inbox;
  tenant_text push;
  tenant_text pull;
  nats_answers answers;
};

class nats_clients : public line_clients<nats_connection> {
public:
  nats_clients(std::uint16_t port, std::size_t connections, nats_consumers consumers,
               std::size_t batch, const stop_signal& stop)
      : line_clients(port, connections, batch, stop) {
    for (std::size_t index = 0; index < connections; ++index) {
      auto& connection = at(index);
      connection.inbox = "_INBOX." + std::to_string(index);
      connection.push = push_text(connection.inbox, batch);
      connection.pull = pull_text(connection.inbox, consumers, batch);
      std::string hello = R"(CONNECT {"verbose":false,"pedantic":false,"headers":true,)"
                          R"("no_responders":true,"lang":"c++","version":"1","protocol":1})";
      hello.append("\r\nSUB ").append(connection.inbox).append(" 1\r\n");
      loop().send(index, hello);
    }
  }

  void push(std::size_t index, std::uint32_t tenant) override {
    send_request(index, step::pushing, batch(), at(index).push.for_tenant(tenant));
  }
  void pop(std::size_t index, std::uint32_t turn) override {
    at(index).completion.clear();
    send_request(index, step::popping, batch(), at(index).pull.for_tenant(turn));
  }

  /// Sends a request to the server's own API; throws if it is refused.
  void call(std::string_view subject, std::string_view body) {
    send_request(0, step::pushing, 1, publication(subject, at(0).inbox, body));
    bool answered = false;
    while (!answered) {
      if (!poll(std::chrono::seconds(60), [&](std::size_t, std::size_t) { answered = true; }))
        throw std::runtime_error("NATS did not answer");
    }
  }

protected:
  std::optional<std::size_t> receive_line(std::size_t index, std::string_view line) override {
    auto& connection = at(index);
    switch (connection.answers.take(line)) {
    case nats_answer::nothing: return std::nullopt;
    case nats_answer::ping: loop().send(index, "PONG\r\n"); return std::nullopt;
    case nats_answer::status:
      if (connection.doing != step::popping)
        throw std::runtime_error("NATS: no responders for the request");
      return connection.jobs;
    case nats_answer::message: break;
    }
    if (connection.doing == step::popping) {
      connection.tenants.push_back(read_tenant(connection.answers.body()));
      connection.completion.append(
          publication(connection.answers.reply_to(), connection.inbox, "+ACK"));
    } else if (connection.answers.body().find("\"error\"") != std::string_view::npos) {
      throw std::runtime_error("JetStream refused: " + std::string(connection.answers.body()));
    }
    ++connection.jobs;
    return count_answer(connection);
  }
};

std::vector<std::string> server_command(const std::filesystem::path& folder, std::uint16_t port) {
  return {"/usr/sbin/nats-server", "--addr", "127.0.0.1",   "--port",
          std::to_string(port),    "-js",    "--store_dir", (folder / "data").string()};
}

} // namespace

void nats_answers::begin_message(std::string_view words) {
  // SUBJECT SID [REPLY-TO] [BYTES OF HEADERS] BYTES
  const auto size = cut_last(words);
  std::size_t bytes = 0;
  if (std::from_chars(size.data(), size.data() + size.size(), bytes).ec != std::errc{})
    throw std::runtime_error("NATS sent a message without a size");
  bytes_left_ = bytes + 2;
  if (has_headers_)
    static_cast<void>(cut_last(words));
  reply_to_.clear();
  if (std::count(words.begin(), words.end(), ' ') == 2)
    reply_to_ = cut_last(words);
}

nats_answer nats_answers::take(std::string_view line) {
  if (bytes_left_ > 0) {
    bytes_left_ -= std::min(bytes_left_, line.size() + 1);
    if (bytes_left_ > 0)
      return nats_answer::nothing;
    body_ = line;
    return has_headers_ ? nats_answer::status : nats_answer::message;
  }
  if (line.ends_with('\r'))
    line.remove_suffix(1);
  if (line.starts_with(message_word) || line.starts_with(headed_word)) {
    has_headers_ = line.front() == 'H';
    begin_message(line.substr(has_headers_ ? headed_word.size() : message_word.size()));
    return nats_answer::nothing;
  }
  if (line == "PING")
    return nats_answer::ping;
  if (line == "PONG" || line == "+OK" || line.starts_with("INFO "))
    return nats_answer::nothing;
  throw std::runtime_error("NATS refused a command: " + std::string(line.substr(0, 200)));
}

nats::nats(peer_traits traits, std::filesystem::path folder, nats_consumers consumers,
           const stop_signal& stop)
    : served_peer(std::move(traits), std::move(folder), {server_command, {}}, stop),
      consumers_(consumers) {}

void nats::make_stream() {
  nats_clients admin(server().port(), 1, consumers_, 1, stop());
  admin.call("$JS.API.STREAM.CREATE.JOBS",
             R"({"name":"JOBS","subjects":["jobs.>"],"retention":"workqueue","storage":"file",)"
             R"("max_consumers":-1,"max_msgs":-1,"max_bytes":-1,"num_replicas":1})");
  const bool one = consumers_ == nats_consumers::one;
  tenant_text subject;
  subject.append("$JS.API.CONSUMER.DURABLE.CREATE.JOBS.");
  append_consumer(subject, consumers_);
  tenant_text consumer;
  consumer.append(R"({"stream_name":"JOBS","config":{"durable_name":")");
  append_consumer(consumer, consumers_).append(R"(","filter_subject":"jobs.)");
  if (one)
    consumer.append(">");
  else
    consumer.append("t").append_tenant();
  consumer.append(R"(","ack_policy":"explicit","deliver_policy":"all","replay_policy":"instant",)"
                  R"("ack_wait":600000000000,"max_ack_pending":100000}})");
  for (std::uint32_t tenant = 0; tenant < (one ? 1 : shape().tenants); ++tenant)
    admin.call(subject.for_tenant(tenant), consumer.for_tenant(tenant));
}

void nats::prepare(const peer_shape& shape) {
  served_peer::prepare(shape);
  make_stream();
}

std::unique_ptr<peer_clients> nats::connect(std::size_t connections, std::size_t batch) {
  return std::make_unique<nats_clients>(server().port(), connections, consumers_, batch, stop());
}

} // namespace rota::bench
