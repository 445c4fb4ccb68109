#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace rota::bench {

/// The memory of some processes that is in RAM, in bytes; what they share counts once.
[[nodiscard]] std::uint64_t memory_of(const std::vector<int>& processes);
/// The bytes of disk that the files below a folder take up.
[[nodiscard]] std::uint64_t disk_of(const std::filesystem::path& folder);

} // namespace rota::bench
