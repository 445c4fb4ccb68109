#include "bench/peers/systems/beanstalkd.hpp"

#include "bench/common/messages.hpp"
#include "bench/peers/systems/line_clients.hpp"

#include <optional>
#include <stdexcept>
#include <utility>

namespace rota::bench {

namespace {

/// `use`, then one `put` for each job of a request. The tenant is in the tube's name and at the
/// start of each body.
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
  for (std::size_t job = 0; job < jobs; ++job)
    text += "reserve-with-timeout 0\r\n";
  return text;
}

struct beanstalk_connection : line_connection {
  beanstalk_answers answers;
  std::optional<std::uint32_t> watched;
};

class beanstalk_clients : public line_clients<beanstalk_connection> {
public:
  beanstalk_clients(std::uint16_t port, std::size_t connections, std::size_t batch,
                    const stop_signal& stop)
      : line_clients(port, connections, batch, stop),
        put_(put_text(batch)),
        reserve_(reserve_text(batch)) {
    watch_.append("watch t").append_tenant().append("\r\n");
    ignore_.append("ignore t").append_tenant().append("\r\n");
  }

  void push(std::size_t index, std::uint32_t tenant) override {
    send_request(index, step::pushing, batch(), put_.for_tenant(tenant));
  }
  void pop(std::size_t index, std::uint32_t turn) override {
    auto& connection = at(index);
    connection.completion.clear();
    text_.clear();
    if (connection.watched != turn) {
      text_.append(watch_.for_tenant(turn));
      text_.append(connection.watched ? ignore_.for_tenant(*connection.watched)
                                      : std::string_view("ignore default\r\n"));
      connection.watched = turn;
    }
    text_.append(reserve_);
    send_request(index, step::popping, batch(), text_);
  }

protected:
  std::optional<std::size_t> receive_line(std::size_t index, std::string_view line) override {
    auto& connection = at(index);
    switch (connection.answers.take(line)) {
    case beanstalk_answer::nothing: return std::nullopt;
    case beanstalk_answer::timed_out: break;
    case beanstalk_answer::reserved:
      connection.completion.append("delete ").append(connection.answers.reserved_job());
      connection.completion.append("\r\n");
      connection.tenants.push_back(read_tenant(line));
      [[fallthrough]];
    case beanstalk_answer::inserted:
    case beanstalk_answer::deleted: ++connection.jobs; break;
    }
    return count_answer(connection);
  }

private:
  tenant_text put_;
  tenant_text watch_;
  tenant_text ignore_;
  std::string reserve_;
  std::string text_;
};

} // namespace

beanstalk_answer beanstalk_answers::take(std::string_view line) {
  if (body_follows_) { // Our bodies contain no line feed, so a body is one line.
    body_follows_ = false;
    return beanstalk_answer::reserved;
  }
  constexpr std::string_view reserved = "RESERVED ";
  if (line.starts_with(reserved)) {
    line.remove_prefix(reserved.size());
    job_.assign(line.substr(0, line.find(' ')));
    body_follows_ = true;
    return beanstalk_answer::nothing;
  }
  if (line.starts_with("INSERTED "))
    return beanstalk_answer::inserted;
  if (line == "DELETED\r")
    return beanstalk_answer::deleted;
  if (line == "TIMED_OUT\r")
    return beanstalk_answer::timed_out;
  if (line.starts_with("USING ") || line.starts_with("WATCHING "))
    return beanstalk_answer::nothing;
  throw std::runtime_error("beanstalkd refused a command: " + std::string(line.substr(0, 200)));
}

beanstalkd::beanstalkd(peer_traits traits, std::filesystem::path folder, beanstalk_log log,
                       const stop_signal& stop)
    : served_peer(std::move(traits), std::move(folder),
                  {[this](const std::filesystem::path& place, std::uint16_t port) {
                     std::vector<std::string> command{"/usr/bin/beanstalkd", "-l", "127.0.0.1",
                                                      "-p", std::to_string(port)};
                     if (log_ == beanstalk_log::synced) {
                       std::filesystem::create_directories(place / "binlog");
                       command.insert(command.end(), {"-b", (place / "binlog").string()});
                       command.emplace_back(sync_ == sync::never ? "-F" : "-f0");
                     }
                     return command;
                   },
                   {}},
                  stop),
      log_(log) {}

void beanstalkd::start_with(sync when) {
  sync_ = when;
  if (log_ == beanstalk_log::synced)
    server().start();
}

std::unique_ptr<peer_clients> beanstalkd::connect(std::size_t connections, std::size_t batch) {
  return std::make_unique<beanstalk_clients>(server().port(), connections, batch, stop());
}

} // namespace rota::bench
