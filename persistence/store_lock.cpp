#include "persistence/store_lock.hpp"

#include "persistence/file.hpp"
#include "persistence/rocks.hpp"

#include <rocksdb/env.h>

#include <cerrno>
#include <string>

namespace rota::persistence {

store_result<std::unique_ptr<store_lock>> store_lock::take(const std::filesystem::path& folder,
                                                           rocksdb::Env* env) {
  rocksdb::FileLock* lock = nullptr;
  errno = 0;
  const auto status = env->LockFile((folder / "LOCK").string(), &lock);
  if (status.ok()) {
    return std::unique_ptr<store_lock>(new store_lock(env, lock));
  }
  // RocksDB says only in words that somebody else holds a lock: in this process, or in another.
  const auto text = status.ToString();
  if (errno == EAGAIN || errno == EACCES || text.find("lock hold by") != std::string::npos) {
    return store_error{store_errc::locked,
                       folder.string() +
                           " is in use by another process. Stop that one, or name another folder"};
  }
  return to_error(status, "cannot lock", folder);
}

store_lock::~store_lock() { env_->UnlockFile(lock_).PermitUncheckedError(); }

} // namespace rota::persistence
