#include "persistence/damage/table_check.hpp"

#include "persistence/damage/rocks_format.hpp"
#include "persistence/store/file.hpp"

#include <xxhash.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rota::persistence {
namespace {

constexpr std::size_t footer_size = 53;
constexpr std::size_t trailer_size = 5;
constexpr std::uint64_t magic = 0x88e241b785f4cff7ULL;
constexpr char xxh3_kind = 4;
constexpr std::uint32_t last_byte_factor = 0x6b9083d9;
constexpr std::uint64_t meta_block_bytes_max = 16ULL << 20;
constexpr std::string_view properties_name = "rocksdb.properties";

struct handle {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

// Removes a varint of seven bits per byte from the front.
std::optional<std::uint64_t> take_varint(std::string_view& bytes) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    value |= std::uint64_t{byte & 0x7fU} << shift;
    if (byte < 0x80)
      return value;
  }
  return std::nullopt;
}

std::optional<handle> take_handle(std::string_view& bytes) {
  const auto offset = take_varint(bytes);
  const auto size = offset ? take_varint(bytes) : std::nullopt;
  return size ? std::optional(handle{*offset, *size}) : std::nullopt;
}

// RocksDB's kXXH3: the low half of the hash, with the compression type mixed in.
std::uint32_t xxh3_sum(std::string_view block, char compression) {
  const auto low = static_cast<std::uint32_t>(XXH3_64bits(block.data(), block.size()));
  return low ^ (static_cast<unsigned char>(compression) * last_byte_factor);
}

// Returns the block if its sum is correct; nothing if it is not, or if the block is outside the
// file.
store_result<std::optional<std::string>> read_block(const file& table, handle at) {
  if (at.size > meta_block_bytes_max)
    return std::optional<std::string>();
  auto bytes = table.read(at.offset, static_cast<std::size_t>(at.size) + trailer_size);
  if (bytes.has_error())
    return bytes.error();
  if (bytes->size() < at.size + trailer_size)
    return std::optional<std::string>();
  const auto size = static_cast<std::size_t>(at.size);
  const auto kept = little_endian(std::string_view(*bytes).substr(size + 1), 4);
  if (xxh3_sum(std::string_view(*bytes).substr(0, size), (*bytes)[size]) != kept)
    return std::optional<std::string>();
  bytes->resize(size);
  return std::optional<std::string>(std::move(*bytes));
}

// Finds the handle of the properties among entries {shared, unshared, value size: varints; key;
// value}.
std::optional<handle> find_properties(std::string_view metaindex) {
  std::string key;
  while (true) {
    const auto shared = take_varint(metaindex);
    const auto unshared = shared ? take_varint(metaindex) : std::nullopt;
    const auto size = unshared ? take_varint(metaindex) : std::nullopt;
    if (!size || *shared > key.size() || *unshared > metaindex.size() ||
        *size > metaindex.size() - *unshared)
      return std::nullopt;
    key.resize(static_cast<std::size_t>(*shared));
    key.append(metaindex.substr(0, static_cast<std::size_t>(*unshared)));
    metaindex.remove_prefix(static_cast<std::size_t>(*unshared));
    auto value = metaindex.substr(0, static_cast<std::size_t>(*size));
    if (key == properties_name)
      return take_handle(value);
    metaindex.remove_prefix(value.size());
  }
}

std::optional<handle> metaindex_in(std::string_view footer) {
  if (footer.size() != footer_size || footer.front() != xxh3_kind ||
      little_endian(footer.substr(footer_size - 8), 8) != magic)
    return std::nullopt;
  footer.remove_prefix(1);
  return take_handle(footer);
}

} // namespace

store_result<bool> has_intact_properties(const std::filesystem::path& path) {
  auto table = file::open(path, false);
  if (table.has_error())
    return table.error();
  const auto size = table->size();
  if (size.has_error())
    return size.error();
  if (*size < footer_size)
    return true;
  const auto footer = table->read(*size - footer_size, footer_size);
  if (footer.has_error())
    return footer.error();
  const auto metaindex_at = metaindex_in(*footer);
  if (!metaindex_at)
    return true;
  const auto metaindex = read_block(*table, *metaindex_at);
  if (metaindex.has_error())
    return metaindex.error();
  const auto properties_at = *metaindex ? find_properties(**metaindex) : std::nullopt;
  if (!properties_at)
    return true;
  const auto properties = read_block(*table, *properties_at);
  if (properties.has_error())
    return properties.error();
  return properties->has_value();
}

store_status check_tables(const std::filesystem::path& folder) {
  std::error_code failure;
  std::filesystem::directory_iterator entries(folder, failure);
  for (; !failure && entries != std::filesystem::directory_iterator(); entries.increment(failure)) {
    if (entries->path().extension() != ".sst")
      continue;
    const auto sound = has_intact_properties(entries->path());
    if (sound.has_error())
      return sound.error();
    if (!*sound) {
      return store_error{store_errc::corrupt,
                         entries->path().string() +
                             " is damaged: wrong checksum of its properties. Nothing was opened "
                             "or changed. Check the disk, and restore the folder from a backup"};
    }
  }
  return failure ? store_status(errno_error(failure.value(), "cannot list", folder))
                 : store_status();
}

} // namespace rota::persistence
