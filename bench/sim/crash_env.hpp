// A file system that can stop writing at any moment, as if the process had died.
#pragma once
#include <rocksdb/env.h>

#include <atomic>
#include <memory>
#include <string>

namespace rota::bench {

class crash_env final : public rocksdb::EnvWrapper {
public:
  crash_env() : rocksdb::EnvWrapper(rocksdb::Env::Default()) {}

  /// Makes every further write fail.
  void stop_writing() { stopped_ = true; }
  void resume_writing() { stopped_ = false; }
  [[nodiscard]] rocksdb::Status write_status() const;

  const char* Name() const override { return "crash_env"; }
  rocksdb::Status NewWritableFile(const std::string& path,
                                  std::unique_ptr<rocksdb::WritableFile>* result,
                                  const rocksdb::EnvOptions& options) override;
  rocksdb::Status RenameFile(const std::string& from, const std::string& to) override;
  rocksdb::Status DeleteFile(const std::string& path) override;
  /// RocksDB pauses for a second after a failed write, which a dead process would not.
  void SleepForMicroseconds(int time) override {
    if (!stopped_)
      rocksdb::EnvWrapper::SleepForMicroseconds(time);
  }

private:
  std::atomic<bool> stopped_{false};
};

} // namespace rota::bench
