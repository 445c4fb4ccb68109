#include "bench/peers/systems/rota_peer.hpp"

#include "bench/common/messages.hpp"
#include "bench/peers/systems/line_clients.hpp"

#include <string>
#include <utility>
#include <vector>

namespace rota::bench {

namespace {

constexpr std::size_t drain_connections = 8;

class rota_clients : public line_clients<line_connection> {
public:
  rota_clients(std::uint16_t port, std::size_t connections, const std::string& type,
               lease_form leases, std::size_t batch, const stop_signal& stop)
      : line_clients(port, connections, batch, stop),
        push_(type, batch, payload_kind::noisy),
        pop_(pop_request(type, leases, batch)) {}

  void push(std::size_t index, std::uint32_t tenant) override {
    send_request(index, step::pushing, 1, push_.for_tenant(tenant));
  }
  void pop(std::size_t index, std::uint32_t) override {
    send_request(index, step::popping, 1, pop_);
  }

protected:
  std::optional<std::size_t> receive_line(std::size_t index, std::string_view answer) override {
    auto& connection = at(index);
    require_result(answer);
    switch (connection.doing) {
    case step::pushing: return batch();
    case step::popping:
      find_leases(answer, leases_);
      record_tenants(connection, answer);
      if (!leases_.empty())
        write_completion(connection.completion, leases_);
      return popped_jobs(answer);
    case step::completing: break;
    }
    return occurrences(answer, "\"succeeded\"");
  }

private:
  static void record_tenants(line_connection& on, std::string_view answer) {
    std::size_t from = 0;
    for (auto name = text_member(answer, "tenant", from); !name.empty();
         name = text_member(answer, "tenant", from))
      on.tenants.push_back(read_tenant(name.substr(1)));
  }

  push_request push_;
  std::string pop_;
  std::vector<std::string_view> leases_;
};

} // namespace

rota_peer::rota_peer(peer_traits traits, std::filesystem::path binary, std::filesystem::path folder,
                     std::string durability, lease_form leases, const stop_signal& stop)
    : driven_peer(std::move(traits)),
      binary_(std::move(binary)),
      folder_(std::move(folder)),
      durability_(std::move(durability)),
      leases_(leases),
      stop_(stop) {}

std::string rota_peer::type() const { return type_for(leases_, shape().batch); }

void rota_peer::prepare(const peer_shape& shape) {
  if (daemon_) {
    tenant_turns turns;
    static_cast<void>(
        open(drain_connections, this->shape().batch, turns)->run(peer_work::take, {}));
  } else {
    daemon_.emplace(binary_, folder_, durability_, stop_);
  }
  set_shape(shape);
  client_loop admin(daemon_->port(), 1, stop_);
  put_type(admin, type(), leases_ == lease_form::single ? 1 : shape.batch);
}

std::unique_ptr<peer_clients> rota_peer::connect(std::size_t connections, std::size_t batch) {
  return std::make_unique<rota_clients>(daemon_->port(), connections, type(), leases_, batch,
                                        stop_);
}

double rota_peer::restart() {
  daemon_->kill();
  return daemon_->start();
}

} // namespace rota::bench
