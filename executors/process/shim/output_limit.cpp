#include "executors/process/shim/output_limit.hpp"

#include "executors/process/run_folder/process_identity.hpp"

#include <unistd.h>

namespace rota::shim {
namespace {

constexpr std::int64_t soon_ms = 100;
constexpr std::int64_t later_ms = 1000;

} // namespace

output_limit::output_limit(const run_folder::file& out, const run_folder::file& err,
                           std::int64_t bytes_max)
    : out_(out),
      err_(err),
      bytes_max_(bytes_max),
      next_ms_(run_folder::steady_now_ms() + soon_ms) {}

void output_limit::look() {
  const bool cut_out = cut(out_);
  const bool cut_err = cut(err_);
  const std::int64_t bytes = run_folder::size_of(out_) + run_folder::size_of(err_);
  const bool was_written = cut_out || cut_err || bytes != seen_;
  out_is_cut_ = out_is_cut_ || cut_out;
  seen_ = bytes;
  next_ms_ = run_folder::steady_now_ms() + (was_written ? soon_ms : later_ms);
}

bool output_limit::cut(const run_folder::file& stream) const {
  return run_folder::size_of(stream) > bytes_max_ && ::ftruncate(stream.get(), bytes_max_) == 0;
}

} // namespace rota::shim
