#include "system/descriptor.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace rota::executors {

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

std::string read_part(const descriptor& from, std::uint64_t offset, std::size_t limit) {
  struct stat status {};
  if (::fstat(from.get(), &status) != 0 || static_cast<std::uint64_t>(status.st_size) <= offset)
    return {};
  const std::uint64_t there = static_cast<std::uint64_t>(status.st_size) - offset;
  std::string bytes(there < limit ? static_cast<std::size_t>(there) : limit, '\0');
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t count = ::pread(from.get(), bytes.data() + filled, bytes.size() - filled,
                                  static_cast<off_t>(offset + filled));
    if (count > 0)
      filled += static_cast<std::size_t>(count);
    else if (count == 0 || errno != EINTR)
      break;
  }
  bytes.resize(filled);
  return bytes;
}

void append_variables(std::vector<std::string>& to,
                      const std::vector<std::pair<std::string, std::string>>& variables) {
  to.reserve(to.size() + variables.size());
  for (const auto& [name, value] : variables)
    to.emplace_back(name).append("=").append(value);
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts)
    pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

} // namespace rota::executors
