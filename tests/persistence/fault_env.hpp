#pragma once

#include <rocksdb/env.h>

#include <memory>
#include <mutex>
#include <string>

namespace rota::persistence::testing {

/// The operating system, except that writes or syncs of some files fail on demand.
class fault_env : public rocksdb::EnvWrapper {
public:
  /// torn_append: half of the bytes are written before the error.
  enum class call { append, torn_append, sync };

  fault_env() : rocksdb::EnvWrapper(rocksdb::Env::Default()) {}

  /// From the `nth` call on (1: the next one), calls on files whose path contains `part` return
  /// `status`.
  void fail_from(call call, std::string part, int nth, rocksdb::Status status);
  void heal();

  /// Returns the status that a call on a file must return instead of running; OK to run it.
  rocksdb::Status status_for(call call, const std::string& path);

  const char* Name() const override { return "fault_env"; }
  rocksdb::Status NewWritableFile(const std::string& path,
                                  std::unique_ptr<rocksdb::WritableFile>* result,
                                  const rocksdb::EnvOptions& options) override;

private:
  std::mutex mutex_;
  bool armed_ = false;
  call call_ = call::append;
  std::string part_;
  int left_ = 0;
  rocksdb::Status status_;
};

} // namespace rota::persistence::testing
