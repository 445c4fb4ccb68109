// Small files, some of them written by whoever runs in a container.
#pragma once
#include "executors/executor.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rota::executors::docker {

struct file_facts {
  std::uint64_t size = 0;
  engine::time_point changed{};
};

/// Of a regular file only: a link that a container left isn't followed.
[[nodiscard]] std::optional<file_facts> facts_of(const std::string& path);

/// At most `limit` bytes from `offset` of a regular file; none when it can't be read.
[[nodiscard]] std::string read_piece(const std::string& path, std::uint64_t offset,
                                     std::size_t limit);

/// Cuts a regular file off after `size` bytes; whether it was longer.
bool cut_file(const std::string& path, std::uint64_t size);

/// Replaces the file at once: who reads sees the old content or all of the new. `durable`: also
/// after the machine died.
backend_result<void> write_file(const std::string& path, std::string_view content, bool durable);

/// Makes an empty file unless something has that name.
backend_result<void> claim_file(const std::string& path);

/// Makes a folder's entries durable.
backend_result<void> sync_folder(const std::string& path);

} // namespace rota::executors::docker
