// Errors and addresses of system calls.
#pragma once

#include "system/descriptor.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdint>
#include <string>
#include <system_error>

namespace rota::bench {

/// The error of the system call that just failed, from errno, with `what` in its text.
inline std::system_error system_failure(const std::string& what) {
  return {errno, std::generic_category(), what};
}

/// The address 127.0.0.1:`port`.
inline sockaddr_in loopback_address(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

/// A new TCP socket. Throws if there is none.
inline system::descriptor tcp_socket() {
  system::descriptor made(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!made.is_open())
    throw system_failure("socket");
  return made;
}

} // namespace rota::bench
