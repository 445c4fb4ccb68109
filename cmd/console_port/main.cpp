// rota-console-port: rotad's port for consoles. CAF's network layer is not safe against hostile
// input (docs/decisions/009), so it runs in a process of its own that may crash; rotad restarts it.
//
//   rota-console-port HOST PORT PARAMS_BYTES_MAX [CERTIFICATE KEY CA]
//
// Descriptor 3 is the socket to rotad; the process ends when rotad closes it.

#include "cmd/console_port/published_console.hpp"
#include "system/descriptor.hpp"
#include "system/thread_safety.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <string>
#include <vector>

namespace {

using namespace rota::console;

/// CAF allocates as much as a message header claims before the message arrives; this limits the
/// total.
constexpr rlim_t memory_max = rlim_t{1} << 30;

/// The socket to rotad. Thread-safe for sending.
class rotad_socket {
public:
  void send(const port_message& message) {
    const rota::system::lock held{mutex_};
    if (rota::system::write_all(socket_, to_bytes(message)) != 0)
      ::_exit(0); // rotad is gone
  }
  /// Returns the next bytes; empty at the end.
  std::string_view read() {
    ssize_t count = 0;
    do {
      count = ::read(socket_.get(), buffer_.data(), buffer_.size());
    } while (count < 0 && errno == EINTR);
    return {buffer_.data(), count > 0 ? static_cast<std::size_t>(count) : 0};
  }

private:
  rota::system::mutex mutex_; ///< Keeps the bytes of a message together.
  rota::system::descriptor socket_{port_descriptor};
  std::array<char, 65'536> buffer_{};
};

/// Returns nothing if the command line is invalid.
std::optional<port_options> parse_options(const std::vector<std::string>& arguments) {
  if (arguments.size() != 3 && arguments.size() != 6)
    return std::nullopt;
  port_options options{arguments[0], static_cast<std::uint16_t>(std::stoul(arguments[1])),
                       std::stoul(arguments[2]), std::nullopt};
  if (arguments.size() == 6)
    options.tls = tls_files{arguments[3], arguments[4], arguments[5]};
  return options;
}

void limit_memory() {
#ifndef __SANITIZE_ADDRESS__ // which reserves terabytes of address space
  const rlimit limit{memory_max, memory_max};
  ::setrlimit(RLIMIT_AS, &limit);
#endif
  const rlimit no_core{0, 0}; // crashes are expected
  ::setrlimit(RLIMIT_CORE, &no_core);
}

/// Passes the answers of rotad to the consoles until rotad closes the socket.
void forward_answers(published_console& console, rotad_socket& rotad) {
  port_message_reader answers{SIZE_MAX}; // rotad is trusted
  for (auto bytes = rotad.read(); !bytes.empty(); bytes = rotad.read()) {
    answers.put(bytes);
    while (auto answer = answers.next())
      console.answer(std::move(*answer));
  }
}

} // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGINT, SIG_IGN); // rotad handles these
  std::signal(SIGTERM, SIG_IGN);
  auto options = parse_options({argv + 1, argv + argc});
  if (!options) {
    std::fputs("rota-console-port: wrong arguments; only rotad starts this program\n", stderr);
    return 2;
  }
  limit_memory();
  rotad_socket rotad;
  const std::string host = options->host;
  published_console console{std::move(*options),
                            [&](const port_message& request) { rotad.send(request); }};
  const auto port = console.open();
  if (!port) {
    rotad.send({port_message::kind::failed, 0, false, {}, port.error()});
    return 1;
  }
  const bool is_v6 = host.find(':') != std::string::npos;
  rotad.send({port_message::kind::listening,
              0,
              false,
              {},
              (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(*port)});
  forward_answers(console, rotad);
  std::fflush(stderr);
  ::_exit(0); // connections need no orderly shutdown
}
