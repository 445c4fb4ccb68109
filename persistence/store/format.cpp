#include "persistence/store/format.hpp"

#include "persistence/damage/crc32c.hpp"
#include "persistence/store/file.hpp"

#include <charconv>
#include <cstdio>
#include <string_view>

namespace rota::persistence {
namespace {

constexpr std::string_view title = "rota store format ";
constexpr std::size_t sum_digits = 8;
constexpr std::size_t text_bytes_max = 64;

std::string with_sum(std::string line) {
  char sum[sum_digits + 3];
  std::snprintf(sum, sizeof(sum), " %08x\n", static_cast<unsigned>(crc32c(line)));
  return line + sum;
}

store_error damaged(const std::filesystem::path& path) {
  return {store_errc::corrupt,
          path.string() +
              " is damaged; nothing was changed. Restore it from a backup of the folder"};
}

} // namespace

std::string format_text(std::uint32_t version) {
  return with_sum(std::string(title) + std::to_string(version));
}

store_result<bool> has_format(const std::filesystem::path& folder) {
  const auto path = folder / "FORMAT";
  auto text = read_file(path, text_bytes_max);
  if (text.has_error())
    return text.error();
  if (!text->has_value())
    return false;
  const std::string_view line = **text;
  std::uint32_t version = 0;
  if (!line.starts_with(title))
    return damaged(path);
  const char* digits = line.data() + title.size();
  const auto parsed = std::from_chars(digits, line.data() + line.size(), version);
  if (parsed.ec != std::errc{} || format_text(version) != line)
    return damaged(path);
  if (version != format_version) {
    return store_error{store_errc::unknown_version,
                       folder.string() + " contains a store of format " + std::to_string(version) +
                           "; this version of Rota reads format " + std::to_string(format_version) +
                           ". Start the version of Rota that wrote it, or use another folder"};
  }
  return true;
}

store_status write_format(const std::filesystem::path& folder) {
  return write_file_durably(folder / "FORMAT", format_text(format_version));
}

} // namespace rota::persistence
