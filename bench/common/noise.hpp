#pragma once

#include <cstddef>
#include <string_view>

namespace rota::bench {

/// Letters and digits by chance, other ones with each call for hundreds of calls, always the same in
/// each run: what compresses no better than payloads do at worst. At most 4096 of them.
class noise {
public:
  [[nodiscard]] std::string_view next(std::size_t size);

private:
  std::size_t offset_ = 0;
};

} // namespace rota::bench
