#include "persistence/store/file.hpp"

#include <unistd.h>

#include <cerrno>
#include <utility>

namespace rota::persistence {
namespace {

store_error error_of(const system::call_error& error) {
  if (error.number == ENOSPC || error.number == EDQUOT) {
    return {store_errc::no_space,
            error.what + ": the disk is full. Free some space and start again"};
  }
  return {store_errc::io, error.text() + ". Check the disk and the folder's permissions"};
}

} // namespace

store_error errno_error(int number, const char* what, const std::filesystem::path& path) {
  return error_of({std::string(what) + " " + path.string(), number});
}

store_result<file> file::open(const std::filesystem::path& path, bool writable) {
  auto handle = system::open_file(path.string(), writable ? O_RDWR : O_RDONLY);
  if (!handle.is_open())
    return errno_error(errno, "cannot open", path);
  return file(std::move(handle), path);
}

store_result<std::uint64_t> file::size() const {
  const auto found = system::size_of(handle_);
  if (!found)
    return errno_error(found.error().number, "cannot stat", path_);
  return *found;
}

store_result<std::string> file::read(std::uint64_t offset, std::size_t count) const {
  auto bytes = system::read_at(handle_, offset, count);
  if (!bytes)
    return errno_error(bytes.error().number, "cannot read", path_);
  return std::move(*bytes);
}

store_status file::truncate(std::uint64_t size) const {
  if (::ftruncate(handle_.get(), static_cast<off_t>(size)) != 0 || ::fsync(handle_.get()) != 0)
    return errno_error(errno, "cannot truncate", path_);
  return {};
}

store_result<std::optional<std::string>> read_file(const std::filesystem::path& path,
                                                   std::size_t bytes_max) {
  auto bytes = system::read_file(path.string(), bytes_max);
  if (bytes)
    return std::optional(std::move(*bytes));
  if (bytes.error().number == ENOENT || bytes.error().number == ENOTDIR)
    return std::optional<std::string>();
  return error_of(bytes.error());
}

store_status write_file_durably(const std::filesystem::path& path, std::string_view bytes) {
  const auto written = system::write_file(path.string(), bytes, system::file_durability::always);
  return written ? store_status() : store_status(error_of(written.error()));
}

} // namespace rota::persistence
