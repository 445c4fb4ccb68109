#include "wire/client.hpp"

#include "json/slice.hpp"
#include "json/text.hpp"
#include "system/descriptor.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace rota::wire {

namespace {

using clock = std::chrono::steady_clock;
using milliseconds = std::chrono::milliseconds;

constexpr std::size_t read_size = std::size_t{64} * 1024;
constexpr std::size_t line_bytes_max = std::size_t{1} << 30;

std::string system_text(int error) { return std::generic_category().message(error); }

// The timeout for poll(): -1 means none.
int poll_timeout(std::optional<clock::time_point> deadline) {
  if (!deadline)
    return -1;
  const auto left = std::chrono::ceil<milliseconds>(*deadline - clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 1'000'000'000));
}

std::optional<clock::time_point> deadline_after(std::optional<milliseconds> timeout) {
  if (!timeout)
    return std::nullopt;
  return clock::now() + *timeout;
}

// Waits for `events`; returns false if the deadline passes first.
bool wait_for(int descriptor, short events, std::optional<clock::time_point> deadline) {
  pollfd entry{descriptor, events, 0};
  while (true) {
    const int ready = ::poll(&entry, 1, poll_timeout(deadline));
    if (ready > 0)
      return true;
    if (ready == 0 || errno != EINTR)
      return false;
  }
}

// Received bytes; lines are taken from the front.
class receive_buffer {
public:
  // Returns space for one read; lines taken before are overwritten.
  void* free_space() { return bytes_.prepare(read_size).data(); }
  void append(std::size_t count) { bytes_.commit(count); }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }

  // Returns the next complete line without its end.
  std::optional<std::string_view> line() {
    const std::string_view all{static_cast<const char*>(bytes_.cdata().data()), bytes_.size()};
    const std::size_t end = all.find('\n', searched_);
    if (end == std::string_view::npos) {
      searched_ = all.size();
      return std::nullopt;
    }
    bytes_.consume(end + 1); // the bytes stay until the next read
    searched_ = 0;
    return all.substr(0, end);
  }

private:
  boost::beast::flat_buffer bytes_;
  std::size_t searched_ = 0; // There is no line end before this.
};

// Tries to connect to one address.
boost::system::result<system::descriptor, std::errc> connect_to(const addrinfo& address,
                                                                clock::time_point deadline) {
  system::descriptor socket{
      ::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (!socket.is_open())
    return static_cast<std::errc>(errno);
  if (::connect(socket.get(), address.ai_addr, address.ai_addrlen) != 0) {
    if (errno != EINPROGRESS)
      return static_cast<std::errc>(errno);
    if (!wait_for(socket.get(), POLLOUT, deadline))
      return std::errc::timed_out;
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0)
      return static_cast<std::errc>(error);
  }
  const int on = 1;
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return socket;
}

} // namespace

struct client::state {
  system::descriptor socket;
  client_options options;
  json_checker checker{{256}};
  receive_buffer in;
  std::string out;
  std::size_t written = 0;
  std::int64_t last_id = 0;
  std::string lost_reason;

  void set_lost(std::string reason) {
    if (!socket.is_open())
      return;
    socket.close();
    lost_reason = std::move(reason);
  }

  void write_some() {
    while (socket.is_open() && written < out.size()) {
      const ssize_t count =
          ::send(socket.get(), out.data() + written, out.size() - written, MSG_NOSIGNAL);
      if (count < 0) {
        if (errno == EINTR)
          continue;
        if (errno != EAGAIN)
          set_lost("the connection failed: " + system_text(errno));
        return;
      }
      written += static_cast<std::size_t>(count);
    }
    out.clear();
    written = 0;
  }

  // Reads what is there, but at most one bufferful, so that a fast server cannot keep the caller
  // from its other work.
  void read_some() {
    if (!socket.is_open())
      return;
    const ssize_t count = ::recv(socket.get(), in.free_space(), read_size, 0);
    if (count > 0) {
      in.append(static_cast<std::size_t>(count));
      if (in.size() > line_bytes_max)
        set_lost("the server sent a line that is too long");
    } else if (count == 0) {
      set_lost("the server closed the connection");
    } else if (errno != EAGAIN && errno != EINTR) {
      set_lost("the connection failed: " + system_text(errno));
    }
  }

  std::optional<message> read_message(std::string_view line) {
    if (options.check_answers && checker.check(line)) {
      set_lost("the server sent a malformed answer");
      return std::nullopt;
    }
    std::optional<message> read = message_in(json_value{line});
    if (!read)
      set_lost("the server sent a malformed answer");
    return read;
  }

  static std::optional<message> message_in(json_value answer) {
    message found;
    bool known = false;
    for (const auto& [name, value] : answer.as_object()) {
      if (name == "id") {
        found.id = value.as_int64();
      } else if (name == "result" || name == "error") {
        found.what = name == "error" ? message::type::error : message::type::result;
        found.body = value.raw();
        known = true;
      } else if (name == "params") {
        found.body = value.raw();
      } else if (name == "method") {
        found.what = message::type::notification;
        found.method = value.raw();
        known = true;
      }
    }
    if (!known)
      return std::nullopt;
    if (found.method.size() >= 2)
      found.method = found.method.substr(1, found.method.size() - 2);
    return found;
  }
};

std::optional<endpoint> parse_endpoint(std::string_view text, any_port port_0) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0)
    return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  const auto number = number_in<std::uint16_t>(port);
  if (!number || (*number == 0 && port_0 == any_port::refused))
    return std::nullopt;
  if (host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  else if (host.find(':') != std::string_view::npos)
    return std::nullopt;
  if (host.empty())
    return std::nullopt;
  return endpoint{std::string(host), std::string(port)};
}

call_error read_call_error(std::string_view error_json) {
  call_error error;
  for (const auto& [name, value] : json_value{error_json}.as_object()) {
    if (name == "code") {
      error.code = static_cast<int>(value.as_int64().value_or(0));
    } else if (name == "message") {
      error.message = value.as_string();
    } else if (name == "data") {
      error.data = value.raw();
      if (const auto kind = value.as_object().find("kind"))
        error.kind = kind->as_string();
    }
  }
  return error;
}

client::client(std::unique_ptr<state> connected) : state_(std::move(connected)) {}
client::client(client&&) noexcept = default;
client& client::operator=(client&&) noexcept = default;
client::~client() = default;

client::connected client::connect(const endpoint& where, const client_options& options) {
  const std::string name = where.host + ":" + where.port;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(where.host.c_str(), where.port.c_str(), &hints, &found))
    return "cannot resolve " + name + ": " + ::gai_strerror(error);
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses{found, &::freeaddrinfo};
  const auto deadline = clock::now() + options.connect_timeout;
  auto last_error = std::errc::connection_refused;
  for (const addrinfo* address = found; address != nullptr; address = address->ai_next) {
    auto socket = connect_to(*address, deadline);
    if (socket) {
      auto made = std::make_unique<state>();
      made->socket = std::move(*socket);
      made->options = options;
      return client{std::move(made)};
    }
    last_error = socket.error();
  }
  return "cannot connect to " + name + ": " + system_text(static_cast<int>(last_error));
}

std::int64_t client::send(std::string_view method, std::string_view params) {
  std::string& out = state_->out;
  const std::int64_t id = ++state_->last_id;
  out += R"({"jsonrpc":"2.0","id":)";
  out += std::to_string(id);
  out += R"(,"method":")";
  out += method;
  out += R"(","params":)";
  const std::size_t begin = out.size();
  out += params;
  std::replace_if(
      out.begin() + static_cast<std::ptrdiff_t>(begin), out.end(),
      [](char c) { return c == '\n' || c == '\r'; }, ' ');
  out += "}\n";
  return id;
}

bool client::flush() {
  state_->write_some();
  while (is_open() && state_->written < state_->out.size()) {
    wait_for(descriptor(), POLLIN | POLLOUT, std::nullopt);
    pump();
  }
  return is_open();
}

std::optional<message> client::next() {
  const auto line = state_->in.line();
  if (!line)
    return std::nullopt;
  return state_->read_message(*line);
}

std::optional<message> client::receive(std::optional<milliseconds> timeout) {
  const auto deadline = deadline_after(timeout);
  if (!state_->out.empty())
    state_->write_some();
  while (true) {
    if (auto arrived = next())
      return arrived;
    if (!is_open() || !wait_for(descriptor(), wanted_events(), deadline))
      return std::nullopt;
    pump();
  }
}

boost::system::result<std::string, call_error> client::call(std::string_view method,
                                                            std::string_view params) {
  const auto deadline = deadline_after(state_->options.answer_timeout);
  const std::int64_t id = send(method, params);
  while (true) {
    std::optional<milliseconds> left;
    if (deadline)
      left = milliseconds{poll_timeout(deadline)};
    const auto answer = receive(left);
    if (!answer) {
      return call_error{
          true, 0, {}, is_open() ? "the server did not answer in time" : lost_reason(), {}};
    }
    if (answer->what == message::type::notification)
      continue;
    if (answer->id && *answer->id != id)
      continue;
    if (answer->what == message::type::error)
      return read_call_error(answer->body);
    return std::string(answer->body);
  }
}

int client::descriptor() const { return state_->socket.get(); }

short client::wanted_events() const {
  const bool writes = state_->written < state_->out.size();
  return static_cast<short>(writes ? POLLIN | POLLOUT : POLLIN);
}

bool client::pump() {
  if (!state_->out.empty())
    state_->write_some();
  state_->read_some();
  return is_open();
}

void client::shut_down_sending() {
  if (is_open())
    ::shutdown(descriptor(), SHUT_WR);
}

bool client::is_open() const { return state_->socket.is_open(); }

const std::string& client::lost_reason() const { return state_->lost_reason; }

} // namespace rota::wire
