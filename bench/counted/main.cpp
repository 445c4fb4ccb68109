// rota-bench-counted FILE: does nothing, like /bin/true, but counts itself while it lives. The
// file's first number is the number of such processes now, the second the largest number so far. It
// is exact at any instant, unlike sampling.
#include "bench/counted/counts.hpp"

#include <fcntl.h>
#include <sys/mman.h>

#include <atomic>
#include <cstdint>

namespace {

void raise_to(std::atomic_ref<std::uint32_t> peak, std::uint32_t count) {
  auto known = peak.load();
  while (known < count && !peak.compare_exchange_weak(known, count)) {
  }
}

} // namespace

int main(int, char** arguments) {
  using rota::bench::process_counts;
  const int file = ::open(arguments[1], O_RDWR | O_CLOEXEC);
  void* const memory =
      ::mmap(nullptr, sizeof(process_counts), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (memory == MAP_FAILED)
    return 1;
  auto& shared = *static_cast<process_counts*>(memory);
  const std::atomic_ref now{shared.now};
  raise_to(std::atomic_ref{shared.peak}, ++now);
  --now;
}
