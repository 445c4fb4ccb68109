#include "tests/system/support/raw_connection.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace rota::tests {
namespace {

bool wait_for(int socket, short events, std::chrono::milliseconds timeout) {
  pollfd entry{socket, events, 0};
  return ::poll(&entry, 1, static_cast<int>(timeout.count())) > 0;
}

} // namespace

raw_connection::raw_connection(const wire::endpoint& where, int receive_bytes)
    : socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
  if (receive_bytes > 0)
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof receive_bytes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(where.port)));
  ::inet_pton(AF_INET, where.host.c_str(), &address.sin_addr);
  if (!socket_.is_open() ||
      ::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw std::system_error(errno, std::generic_category(), "connect");
}

bool raw_connection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

std::size_t raw_connection::send_some(std::string_view bytes) {
  const auto count = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  return count < 0 ? 0 : static_cast<std::size_t>(count);
}

bool raw_connection::receive(std::chrono::milliseconds timeout) {
  if (ended_ || !wait_for(socket_.get(), POLLIN, timeout))
    return false;
  std::array<char, 65'536> bytes;
  const auto count = ::recv(socket_.get(), bytes.data(), bytes.size(), 0);
  if (count <= 0) {
    ended_ = true;
    return false;
  }
  input_.append(bytes.data(), static_cast<std::size_t>(count));
  return true;
}

std::optional<std::string> raw_connection::line(std::chrono::milliseconds timeout) {
  const auto end = std::chrono::steady_clock::now() + timeout;
  while (true) {
    const auto stop = input_.find('\n', searched_);
    if (stop != std::string::npos) {
      auto found = input_.substr(0, stop);
      input_.erase(0, stop + 1);
      searched_ = 0;
      return found;
    }
    searched_ = input_.size();
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() < 0 || !receive(left))
      return std::nullopt;
  }
}

std::optional<std::string> raw_connection::bytes(std::size_t count,
                                                 std::chrono::milliseconds timeout) {
  const auto end = std::chrono::steady_clock::now() + timeout;
  while (input_.size() < count) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() < 0 || !receive(left))
      return std::nullopt;
  }
  auto found = input_.substr(0, count);
  input_.erase(0, count);
  searched_ = 0;
  return found;
}

json raw_connection::answer() {
  auto text = line();
  if (!text)
    throw std::runtime_error("no answer");
  return json{std::move(*text)};
}

json raw_connection::ask(std::string_view request) {
  if (!send(std::string{request} + '\n'))
    throw std::runtime_error("the request can't be sent");
  return answer();
}

void raw_connection::end_sending() { ::shutdown(socket_.get(), SHUT_WR); }

bool raw_connection::is_closed(std::chrono::milliseconds timeout) {
  while (receive(timeout))
    continue;
  return ended_;
}

void raw_connection::reset() {
  const linger now{1, 0};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  socket_.close();
}

std::string request_text(const std::string& id, const std::string& method,
                         const std::string& params) {
  return R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":")" + method + R"(","params":)" + params +
         "}";
}

std::size_t raise_descriptor_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

} // namespace rota::tests
