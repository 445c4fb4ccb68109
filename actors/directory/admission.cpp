#include "actors/directory/admission.hpp"

namespace rota::actors {

admission::verdict admission::reserve(const std::string& tenant,
                                      std::optional<std::uint32_t> queued_max, std::size_t jobs,
                                      std::size_t bytes) {
  const system::lock held{mutex_};
  const auto more_jobs = static_cast<std::int64_t>(jobs);
  const auto more_bytes = static_cast<std::int64_t>(bytes);
  if (bytes_ + more_bytes > static_cast<std::int64_t>(waiting_bytes_max_)) {
    ++refused_.daemon_full;
    return verdict::daemon_full;
  }
  const auto queued = queued_.try_emplace(tenant).first;
  if (queued_max && queued->second + more_jobs > std::int64_t{*queued_max}) {
    if (queued->second == 0)
      queued_.erase(queued);
    ++refused_.tenant_full;
    return verdict::tenant_full;
  }
  queued->second += more_jobs;
  bytes_ += more_bytes;
  return verdict::admitted;
}

void admission::adjust(const std::string& tenant, std::int64_t jobs, std::int64_t bytes) {
  if (jobs == 0 && bytes == 0)
    return;
  const system::lock held{mutex_};
  bytes_ += bytes;
  const auto queued = queued_.try_emplace(tenant).first;
  queued->second += jobs;
  if (queued->second == 0)
    queued_.erase(queued);
}

admission::refusals admission::refused() const {
  const system::lock held{mutex_};
  return refused_;
}

std::int64_t admission::queued_of(const std::string& tenant) const {
  const system::lock held{mutex_};
  const auto queued = queued_.find(tenant);
  return queued == queued_.end() ? 0 : queued->second;
}

std::int64_t admission::waiting_bytes() const {
  const system::lock held{mutex_};
  return bytes_;
}

} // namespace rota::actors
