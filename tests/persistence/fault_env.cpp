#include "tests/persistence/fault_env.hpp"

#include <utility>

namespace rota::persistence::testing {
namespace {

class fault_file : public rocksdb::WritableFileWrapper {
public:
  fault_file(fault_env& env, std::string path, std::unique_ptr<rocksdb::WritableFile> target)
      : rocksdb::WritableFileWrapper(target.get()),
        env_(env),
        path_(std::move(path)),
        target_(std::move(target)) {}

  rocksdb::Status Append(const rocksdb::Slice& data) override {
    auto status = env_.status_for(fault_env::call::append, path_);
    if (!status.ok())
      return status;
    status = env_.status_for(fault_env::call::torn_append, path_);
    if (status.ok())
      return target_->Append(data);
    target_->Append(rocksdb::Slice(data.data(), data.size() / 2)).PermitUncheckedError();
    return status;
  }
  rocksdb::Status Append(const rocksdb::Slice& data,
                         const rocksdb::DataVerificationInfo&) override {
    return Append(data);
  }
  rocksdb::Status Sync() override {
    auto status = env_.status_for(fault_env::call::sync, path_);
    return status.ok() ? target_->Sync() : status;
  }
  rocksdb::Status Fsync() override {
    auto status = env_.status_for(fault_env::call::sync, path_);
    return status.ok() ? target_->Fsync() : status;
  }

private:
  fault_env& env_;
  std::string path_;
  std::unique_ptr<rocksdb::WritableFile> target_;
};

} // namespace

void fault_env::fail_from(call call, std::string part, int nth, rocksdb::Status status) {
  const std::lock_guard lock(mutex_);
  armed_ = true;
  call_ = call;
  part_ = std::move(part);
  left_ = nth;
  status_ = std::move(status);
}

void fault_env::heal() {
  const std::lock_guard lock(mutex_);
  armed_ = false;
}

rocksdb::Status fault_env::status_for(call call, const std::string& path) {
  const std::lock_guard lock(mutex_);
  if (!armed_ || call != call_ || path.find(part_) == std::string::npos)
    return rocksdb::Status::OK();
  left_ -= left_ > 0 ? 1 : 0;
  return left_ > 0 ? rocksdb::Status::OK() : status_;
}

rocksdb::Status fault_env::NewWritableFile(const std::string& path,
                                           std::unique_ptr<rocksdb::WritableFile>* result,
                                           const rocksdb::EnvOptions& options) {
  std::unique_ptr<rocksdb::WritableFile> opened;
  auto status = rocksdb::EnvWrapper::NewWritableFile(path, &opened, options);
  if (status.ok())
    *result = std::make_unique<fault_file>(*this, path, std::move(opened));
  return status;
}

} // namespace rota::persistence::testing
