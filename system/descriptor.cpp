#include "system/descriptor.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace rota::system {

descriptor::~descriptor() {
  const int kept = errno;
  close();
  errno = kept;
}

void descriptor::close() {
  if (number_ >= 0)
    ::close(std::exchange(number_, -1));
}

int open_pipe(pipe_ends& ends) {
  std::array<int, 2> both{};
  if (::pipe2(both.data(), O_CLOEXEC) != 0)
    return errno;
  ends.read = descriptor{both[0]};
  ends.write = descriptor{both[1]};
  return 0;
}

int write_all(const descriptor& to, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(to.get(), bytes.data(), bytes.size());
    if (count >= 0)
      bytes.remove_prefix(static_cast<std::size_t>(count));
    else if (errno != EINTR)
      return errno;
  }
  return 0;
}

} // namespace rota::system
