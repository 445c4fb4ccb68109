#include "executors/docker/files.hpp"

#include "system/descriptor.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

namespace rota::executors::docker {
namespace {

backend_error last_error(const std::string& path) {
  return {path + ": " + std::generic_category().message(errno)};
}

std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

} // namespace

std::optional<file_facts> facts_of(const std::string& path) {
  struct stat facts {};
  if (::lstat(path.c_str(), &facts) != 0 || !S_ISREG(facts.st_mode))
    return std::nullopt;
  const auto changed =
      std::chrono::seconds{facts.st_mtim.tv_sec} +
      std::chrono::floor<engine::duration>(std::chrono::nanoseconds{facts.st_mtim.tv_nsec});
  return file_facts{static_cast<std::uint64_t>(facts.st_size), engine::time_point{changed}};
}

std::string read_piece(const std::string& path, std::uint64_t offset, std::size_t limit) {
  const descriptor file{::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
  struct stat facts {};
  if (!file.is_open() || ::fstat(file.get(), &facts) != 0 || !S_ISREG(facts.st_mode))
    return {};
  return read_part(file, offset, limit);
}

bool cut_file(const std::string& path, std::uint64_t size) {
  const auto facts = facts_of(path);
  if (!facts || facts->size <= size)
    return false;
  const descriptor file{::open(path.c_str(), O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
  return file.is_open() && ::ftruncate(file.get(), static_cast<off_t>(size)) == 0;
}

backend_result<void> write_file(const std::string& path, std::string_view content, bool durable) {
  const std::string draft = path + ".new";
  {
    const descriptor file{
        ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644)};
    if (!file.is_open() || write_all(file, content) != 0 || (durable && ::fsync(file.get()) != 0))
      return last_error(draft);
  }
  if (::rename(draft.c_str(), path.c_str()) != 0)
    return last_error(path);
  if (durable)
    return sync_folder(folder_of(path));
  return boost::system::in_place_value;
}

backend_result<void> claim_file(const std::string& path) {
  const descriptor file{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644)};
  if (!file.is_open() && errno != EEXIST)
    return last_error(path);
  return boost::system::in_place_value;
}

backend_result<void> sync_folder(const std::string& path) {
  const descriptor folder{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!folder.is_open() || ::fsync(folder.get()) != 0)
    return last_error(path);
  return boost::system::in_place_value;
}

} // namespace rota::executors::docker
