#include "bench/common/line_load.hpp"

#include <vector>

namespace rota::bench {

line_load_result run_line_load(client_loop& clients, std::size_t bytes,
                               std::chrono::nanoseconds time) {
  using clock = std::chrono::steady_clock;
  const std::string line = std::string(bytes - 1, 'x') + '\n';
  std::vector<clock::time_point> sent(clients.size());
  line_load_result result;
  std::size_t outstanding = clients.size();
  std::uint64_t answered = 0;
  const auto begin = clock::now();
  const auto end = begin + time;
  for (std::size_t index = 0; index < clients.size(); ++index) {
    sent[index] = clock::now();
    clients.send(index, line);
  }
  auto last = begin;
  const client_loop::line_handler on_line = [&](std::size_t index, std::string_view) {
    last = clock::now();
    result.latency_ms.add(std::chrono::duration<double, std::milli>(last - sent[index]).count());
    ++answered;
    if (last < end) {
      sent[index] = last;
      clients.send(index, line);
    } else {
      --outstanding;
    }
  };
  while (outstanding > 0) {
    clients.poll(std::chrono::seconds(60), on_line);
  }
  result.requests_per_second =
      static_cast<double>(answered) / std::chrono::duration<double>(last - begin).count();
  return result;
}

} // namespace rota::bench
