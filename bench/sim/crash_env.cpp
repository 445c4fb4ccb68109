#include "bench/sim/crash_env.hpp"

#include <utility>

namespace rota::bench {
namespace {

class crash_file final : public rocksdb::WritableFileWrapper {
public:
  crash_file(const crash_env& env, std::unique_ptr<rocksdb::WritableFile> target)
      : rocksdb::WritableFileWrapper(target.get()), env_(env), target_(std::move(target)) {}

  rocksdb::Status Append(const rocksdb::Slice& data) override {
    auto status = env_.write_status();
    return status.ok() ? target_->Append(data) : status;
  }
  rocksdb::Status Append(const rocksdb::Slice& data,
                         const rocksdb::DataVerificationInfo&) override {
    return Append(data);
  }

private:
  const crash_env& env_;
  std::unique_ptr<rocksdb::WritableFile> target_;
};

} // namespace

rocksdb::Status crash_env::write_status() const {
  return stopped_ ? rocksdb::Status::IOError("the simulated daemon has crashed")
                  : rocksdb::Status::OK();
}

rocksdb::Status crash_env::NewWritableFile(const std::string& path,
                                           std::unique_ptr<rocksdb::WritableFile>* result,
                                           const rocksdb::EnvOptions& options) {
  if (auto status = write_status(); !status.ok())
    return status;
  std::unique_ptr<rocksdb::WritableFile> opened;
  auto status = rocksdb::EnvWrapper::NewWritableFile(path, &opened, options);
  if (status.ok())
    *result = std::make_unique<crash_file>(*this, std::move(opened));
  return status;
}

rocksdb::Status crash_env::RenameFile(const std::string& from, const std::string& to) {
  auto status = write_status();
  return status.ok() ? rocksdb::EnvWrapper::RenameFile(from, to) : status;
}

rocksdb::Status crash_env::DeleteFile(const std::string& path) {
  auto status = write_status();
  return status.ok() ? rocksdb::EnvWrapper::DeleteFile(path) : status;
}

} // namespace rota::bench
