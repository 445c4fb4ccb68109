#include "executors/process/shim/output_limit.hpp"

#include "system/process_identity.hpp"

#include <unistd.h>

namespace rota::shim {
namespace {

constexpr std::int64_t check_ms_min = 100;
constexpr std::int64_t check_ms_max = 1000;

} // namespace

std::int64_t bytes_in(const system::descriptor& stream) {
  return static_cast<std::int64_t>(value_or(system::size_of(stream), 0));
}

output_limit::output_limit(const system::descriptor& out, const system::descriptor& err,
                           std::int64_t bytes_max)
    : out_(out),
      err_(err),
      bytes_max_(bytes_max),
      next_ms_(system::steady_now_ms() + check_ms_min) {}

void output_limit::enforce() {
  const bool cut_out = cut(out_);
  const bool cut_err = cut(err_);
  const std::int64_t bytes = bytes_in(out_) + bytes_in(err_);
  const bool was_written = cut_out || cut_err || bytes != seen_;
  out_is_cut_ = out_is_cut_ || cut_out;
  seen_ = bytes;
  next_ms_ = system::steady_now_ms() + (was_written ? check_ms_min : check_ms_max);
}

bool output_limit::cut(const system::descriptor& stream) const {
  return bytes_in(stream) > bytes_max_ && ::ftruncate(stream.get(), bytes_max_) == 0;
}

} // namespace rota::shim
