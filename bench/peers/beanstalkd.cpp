#include "bench/peers/beanstalkd.hpp"

#include "bench/common/requests.hpp"
#include "bench/peers/beanstalk_answers.hpp"
#include "bench/peers/line_clients.hpp"

#include <optional>
#include <string>
#include <utility>

namespace rota::bench {

namespace {

/// Each of its steps walks all tubes: 100,000 aren't made in minutes.
constexpr std::uint32_t tubes_at_most = 10'000;

/// `use` and as many `put`s as a request has jobs; the tenant stands in the tube's name and at the
/// head of each body.
tenant_text put_text(std::size_t jobs) {
  tenant_text text;
  text.append("use t").append_tenant().append("\r\n");
  for (std::size_t job = 0; job < jobs; ++job) {
    text.append("put 0 0 600 ").append(std::to_string(payload_bytes)).append("\r\n");
    text.append_tenant().append_noise(payload_bytes - tenant_digits).append("\r\n");
  }
  return text;
}

std::string reserve_text(std::size_t jobs) {
  std::string text;
  for (std::size_t job = 0; job < jobs; ++job) {
    text += "reserve-with-timeout 0\r\n";
  }
  return text;
}

class beanstalk_clients : public line_clients {
public:
  beanstalk_clients(std::uint16_t port, std::size_t connections, std::size_t batch,
                    const stop_signal& stop)
      : line_clients(port, connections, stop),
        batch_(batch),
        put_(put_text(batch)),
        reserve_(reserve_text(batch)),
        connections_(connections) {
    watch_.append("watch t").append_tenant().append("\r\n");
    ignore_.append("ignore t").append_tenant().append("\r\n");
  }

  void push(std::size_t connection, std::uint32_t tenant) override {
    connections_[connection].await(batch_);
    loop().send(connection, put_.for_tenant(tenant));
  }

  void pop(std::size_t index, std::uint32_t turn) override {
    auto& connection = connections_[index];
    connection.await(batch_);
    connection.deletions.clear();
    connection.tenants.clear();
    text_.clear();
    if (connection.watched != turn) {
      text_.append(watch_.for_tenant(turn));
      text_.append(connection.watched ? ignore_.for_tenant(*connection.watched)
                                      : std::string_view("ignore default\r\n"));
      connection.watched = turn;
    }
    text_.append(reserve_);
    loop().send(index, text_);
  }

  void complete(std::size_t index) override {
    auto& connection = connections_[index];
    connection.await(connection.reserved);
    loop().send(index, connection.deletions);
  }

  [[nodiscard]] const std::vector<std::uint32_t>& tenants(std::size_t index) const override {
    return connections_[index].tenants;
  }

protected:
  std::optional<std::size_t> take_line(std::size_t index, std::string_view line) override {
    auto& connection = connections_[index];
    switch (connection.answers.take(line)) {
    case beanstalk_answer::nothing: return std::nullopt;
    case beanstalk_answer::timed_out: break;
    case beanstalk_answer::reserved:
      connection.deletions.append("delete ").append(connection.answers.reserved_job());
      connection.deletions.append("\r\n");
      connection.tenants.push_back(read_tenant(line));
      [[fallthrough]];
    case beanstalk_answer::inserted:
    case beanstalk_answer::deleted: ++connection.reserved; break;
    }
    return --connection.awaited == 0 ? std::optional(connection.reserved) : std::nullopt;
  }

private:
  struct connection {
    void await(std::size_t answers) {
      awaited = answers;
      reserved = 0;
    }

    beanstalk_answers answers;
    std::size_t awaited = 0;  ///< Answers that are still to come.
    std::size_t reserved = 0; ///< Jobs that were put, reserved or deleted by what is under way.
    std::optional<std::uint32_t> watched;
    std::string deletions; ///< Of what the last pop got.
    std::vector<std::uint32_t> tenants;
  };

  std::size_t batch_;
  tenant_text put_;
  tenant_text watch_;
  tenant_text ignore_;
  std::string reserve_;
  std::string text_;
  std::vector<connection> connections_;
};

peer_traits traits_of(beanstalk_log log) {
  peer_traits traits;
  traits.name = log == beanstalk_log::none ? "beanstalkd-memory" : "beanstalkd";
  traits.durability =
      log == beanstalk_log::none ? "in memory" : "synced before each answer, one by one";
  traits.rota = log == beanstalk_log::none ? "rota-memory" : "rota";
  traits.choice = "clients go round the tubes";
  traits.most_tenants = tubes_at_most;
  return traits;
}

} // namespace

beanstalkd::beanstalkd(std::filesystem::path folder, beanstalk_log log, const stop_signal& stop)
    : folder_(std::move(folder)), log_(log), stop_(stop), traits_(traits_of(log)) {}

void beanstalkd::start(sync when) {
  const auto port = free_port();
  std::vector<std::string> command{"/usr/bin/beanstalkd", "-l", "127.0.0.1", "-p",
                                   std::to_string(port)};
  if (log_ == beanstalk_log::synced) {
    command.insert(command.end(), {"-b", (folder_ / "binlog").string()});
    command.emplace_back(when == sync::never ? "-F" : "-f0");
  }
  process_ =
      std::make_unique<child_process>(command, (folder_ / "beanstalkd.log").string(), stop_, port);
}

void beanstalkd::prepare(const peer_shape& shape) {
  set_shape(shape);
  process_.reset();
  std::filesystem::remove_all(folder_);
  std::filesystem::create_directories(folder_ / "binlog");
  start(sync::each_write);
}

void beanstalkd::begin_fill() {
  if (log_ == beanstalk_log::synced) {
    process_.reset();
    start(sync::never);
  }
}

void beanstalkd::end_fill() {
  if (log_ == beanstalk_log::synced) {
    process_.reset();
    start(sync::each_write);
  }
}

std::unique_ptr<peer_clients> beanstalkd::connect(std::size_t connections, std::size_t batch) {
  return std::make_unique<beanstalk_clients>(process_->port(), connections, batch, stop_);
}

double beanstalkd::restart() {
  const auto begin = std::chrono::steady_clock::now();
  process_->kill();
  process_.reset();
  start(sync::each_write);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

} // namespace rota::bench
