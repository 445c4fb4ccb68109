#include "bench/peers/nats.hpp"

#include "bench/common/requests.hpp"
#include "bench/peers/line_clients.hpp"
#include "bench/peers/nats_answers.hpp"

#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace rota::bench {

namespace {

constexpr std::uint32_t consumers_at_most = 1000;

/// A publication that wants an answer.
std::string publication(std::string_view subject, std::string_view answer_to,
                        std::string_view body) {
  std::string text = "PUB ";
  text.append(subject).append(" ").append(answer_to).append(" ");
  text.append(std::to_string(body.size())).append("\r\n").append(body).append("\r\n");
  return text;
}

/// The name of a consumer.
tenant_text& append_consumer(tenant_text& text, nats_consumers consumers) {
  return consumers == nats_consumers::one ? text.append("all") : text.append("t").append_tenant();
}

class nats_clients : public line_clients {
public:
  nats_clients(std::uint16_t port, std::size_t connections, nats_consumers consumers,
               std::size_t batch, const stop_signal& stop)
      : line_clients(port, connections, stop), batch_(batch), connections_(connections) {
    for (std::size_t index = 0; index < connections; ++index) {
      auto& connection = connections_[index];
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
    auto& connection = connections_[index];
    connection.await(step::pushing, batch_);
    loop().send(index, connection.push.for_tenant(tenant));
  }
  void pop(std::size_t index, std::uint32_t turn) override {
    auto& connection = connections_[index];
    connection.await(step::popping, batch_);
    connection.tenants.clear();
    connection.acknowledgements.clear();
    loop().send(index, connection.pull.for_tenant(turn));
  }
  void complete(std::size_t index) override {
    auto& connection = connections_[index];
    connection.await(step::completing, connection.jobs);
    loop().send(index, connection.acknowledgements);
  }

  /// Asks the server's own interface; throws when it refuses.
  void call(std::string_view subject, std::string_view body) {
    auto& connection = connections_.at(0);
    connection.await(step::pushing, 1);
    loop().send(0, publication(subject, connection.inbox, body));
    bool answered = false;
    while (!answered) {
      if (!poll(std::chrono::seconds(60), [&](std::size_t, std::size_t) { answered = true; })) {
        throw std::runtime_error("NATS didn't answer");
      }
    }
  }

  [[nodiscard]] const std::vector<std::uint32_t>& tenants(std::size_t index) const override {
    return connections_[index].tenants;
  }

protected:
  std::optional<std::size_t> take_line(std::size_t index, std::string_view line) override {
    auto& connection = connections_[index];
    switch (connection.answers.take(line)) {
    case nats_answer::nothing: return std::nullopt;
    case nats_answer::ping: loop().send(index, "PONG\r\n"); return std::nullopt;
    case nats_answer::status: return end_of_pull(connection);
    case nats_answer::message: break;
    }
    if (connection.doing == step::popping) {
      connection.tenants.push_back(read_tenant(connection.answers.body()));
      connection.acknowledgements.append(
          publication(connection.answers.reply_to(), connection.inbox, "+ACK"));
    } else if (connection.answers.body().find("\"error\"") != std::string_view::npos) {
      throw std::runtime_error("JetStream refused: " + std::string(connection.answers.body()));
    }
    ++connection.jobs;
    return --connection.awaited == 0 ? std::optional(connection.jobs) : std::nullopt;
  }

private:
  enum class step : std::uint8_t { pushing, popping, completing };
  struct connection {
    void await(step what, std::size_t answers) {
      doing = what;
      awaited = answers;
      jobs = 0;
    }

    std::string inbox;
    tenant_text push;
    tenant_text pull;
    std::string acknowledgements; ///< Of what the last pop got.
    std::vector<std::uint32_t> tenants;
    nats_answers answers;
    step doing = step::pushing;
    std::size_t awaited = 0; ///< Messages that are still to come.
    std::size_t jobs = 0;    ///< Those that have come.
  };

  static tenant_text push_text(std::string_view inbox, std::size_t batch) {
    tenant_text text;
    for (std::size_t job = 0; job < batch; ++job) {
      text.append("PUB jobs.t").append_tenant().append(" ").append(inbox).append(" ");
      text.append(std::to_string(payload_bytes)).append("\r\n");
      text.append_tenant().append_noise(payload_bytes - tenant_digits).append("\r\n");
    }
    return text;
  }

  static tenant_text pull_text(std::string_view inbox, nats_consumers consumers,
                               std::size_t batch) {
    const std::string body = R"({"batch":)" + std::to_string(batch) + R"(,"no_wait":true})";
    tenant_text text;
    text.append("PUB $JS.API.CONSUMER.MSG.NEXT.JOBS.");
    append_consumer(text, consumers).append(" ").append(inbox).append(" ");
    text.append(std::to_string(body.size())).append("\r\n").append(body);
    text.append("\r\n");
    return text;
  }

  static std::size_t end_of_pull(connection& connection) {
    if (connection.doing != step::popping) {
      throw std::runtime_error("NATS: nobody answers there");
    }
    return connection.jobs;
  }

  std::size_t batch_;
  std::vector<connection> connections_;
};

} // namespace

nats::nats(std::filesystem::path folder, nats_consumers consumers, const stop_signal& stop)
    : folder_(std::move(folder)), consumers_(consumers), stop_(stop) {
  const bool one = consumers == nats_consumers::one;
  traits_.name = one ? "nats" : "nats-tenants";
  traits_.durability = "written, synced every 2 minutes";
  traits_.rota = "rota-os";
  traits_.choice = one ? "the oldest" : "clients go round the consumers";
  if (!one) {
    traits_.fewest_tenants = 2;
    traits_.most_tenants = consumers_at_most;
  }
}

void nats::start() {
  const auto port = free_port();
  const std::vector<std::string> command{
      "/usr/sbin/nats-server", "--addr", "127.0.0.1",   "--port",
      std::to_string(port),    "-js",    "--store_dir", (folder_ / "data").string()};
  process_ = std::make_unique<child_process>(command, (folder_ / "nats.log").string(), stop_, port);
}

void nats::make_stream() {
  nats_clients admin(process_->port(), 1, consumers_, 1, stop_);
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
  if (one) {
    consumer.append(">");
  } else {
    consumer.append("t").append_tenant();
  }
  consumer.append(R"(","ack_policy":"explicit","deliver_policy":"all","replay_policy":"instant",)"
                  R"("ack_wait":600000000000,"max_ack_pending":100000}})");
  for (std::uint32_t tenant = 0; tenant < (one ? 1 : shape().tenants); ++tenant) {
    admin.call(subject.for_tenant(tenant), consumer.for_tenant(tenant));
  }
}

void nats::prepare(const peer_shape& shape) {
  set_shape(shape);
  process_.reset();
  std::filesystem::remove_all(folder_);
  std::filesystem::create_directories(folder_);
  start();
  make_stream();
}

std::unique_ptr<peer_clients> nats::connect(std::size_t connections, std::size_t batch) {
  return std::make_unique<nats_clients>(process_->port(), connections, consumers_, batch, stop_);
}

double nats::restart() {
  const auto begin = std::chrono::steady_clock::now();
  process_->kill();
  start();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

} // namespace rota::bench
