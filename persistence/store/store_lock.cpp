#include "persistence/store/store_lock.hpp"

#include "persistence/store/file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace rota::persistence {

// A lock of the open file, not of the process as RocksDB takes them: that one lets its own process in
// once more, by another path to the same folder, and is lost when any of its descriptors is closed.
store_result<std::unique_ptr<store_lock>> store_lock::take(const std::filesystem::path& folder) {
  const auto path = folder / "LOCK";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0) {
    return errno_error(errno, "cannot lock", folder);
  }
  std::unique_ptr<store_lock> taken(new store_lock(file));
  struct flock whole {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  if (::fcntl(file, F_OFD_SETLK, &whole) == 0) {
    return taken;
  }
  if (errno == EAGAIN || errno == EACCES) {
    return store_error{
        store_errc::locked,
        folder.string() +
            " is in use by another process. Stop that process, or use another folder"};
  }
  return errno_error(errno, "cannot lock", folder);
}

store_lock::~store_lock() { ::close(file_); }

} // namespace rota::persistence
