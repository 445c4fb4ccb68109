#include "cmd/shim/output_limit.hpp"

#include "actors/executors/process/run_folder/process_identity.hpp"

#include <unistd.h>

#include <limits>

namespace rota::shim {
namespace {

constexpr std::int64_t soon_ms = 100;
constexpr std::int64_t later_ms = 1000;

} // namespace

output_limit::output_limit(const run_folder::file& out, const run_folder::file& err,
                           std::optional<std::int64_t> bytes_max)
    : out_(out),
      err_(err),
      bytes_max_(bytes_max),
      next_ms_(bytes_max ? run_folder::steady_now_ms() + soon_ms
                         : std::numeric_limits<std::int64_t>::max()) {}

void output_limit::look() {
  if (!bytes_max_)
    return;
  const std::int64_t written = run_folder::size_of(out_) + run_folder::size_of(err_);
  out_is_cut_ = cut(out_) || out_is_cut_;
  cut(err_);
  next_ms_ = run_folder::steady_now_ms() + (written == seen_ ? later_ms : soon_ms);
  seen_ = run_folder::size_of(out_) + run_folder::size_of(err_);
}

bool output_limit::cut(const run_folder::file& stream) const {
  return run_folder::size_of(stream) > *bytes_max_ && ::ftruncate(stream.get(), *bytes_max_) == 0;
}

} // namespace rota::shim
