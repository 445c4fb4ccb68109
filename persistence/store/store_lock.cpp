#include "persistence/store/store_lock.hpp"

#include "persistence/store/file.hpp"

#include <cerrno>

namespace rota::persistence {

// A lock of the open file description, not of the process as RocksDB's is. RocksDB's lock admits
// its own process again through another path to the same folder, and is lost when any descriptor of
// the file is closed.
store_result<std::unique_ptr<store_lock>> store_lock::take(const std::filesystem::path& folder) {
  auto file = system::open_file((folder / "LOCK").string(), O_RDWR | O_CREAT);
  if (file.is_open() && system::try_lock(file))
    return std::unique_ptr<store_lock>(new store_lock(std::move(file)));
  if (file.is_open() && (errno == EAGAIN || errno == EACCES)) {
    return store_error{
        store_errc::locked,
        folder.string() +
            " is in use by another process. Stop that process, or use another folder"};
  }
  return errno_error(errno, "cannot lock", folder);
}

} // namespace rota::persistence
