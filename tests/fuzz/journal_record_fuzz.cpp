// Feeds arbitrary bytes to all readers of the journal and of rows. A value that was accepted must
// be written as bytes with the same meaning.
#include "tests/persistence/samples.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using namespace rota::persistence;
using samples::group_of;

void require(bool holds) {
  if (!holds)
    std::abort();
}

/// Reading, writing and reading again must reach a fixed point.
void check_group(std::string_view bytes) {
  const auto records = decode_group(bytes);
  if (!records)
    return;
  const auto written = group_of(*records);
  const auto again = decode_group(written);
  require(again.has_value());
  require(group_of(*again) == written);
}

void check_rows(std::string_view bytes) {
  if (const auto row = decode_job_row(bytes))
    require(decode_job_row(encode_row(*row)) == row);
  if (const auto row = decode_dedup_row(bytes))
    require(decode_dedup_row(encode_row(*row)) == row);
  if (const auto row = decode_marks_row(bytes))
    require(decode_marks_row(encode_row(*row)).has_value());
  if (const auto row = decode_position_row(bytes))
    require(decode_position_row(encode_row(*row)).has_value());
  if (const auto row = decode_directory_row(bytes))
    require(decode_directory_row(encode_row(*row)).has_value());
  if (const auto jobs = decode_history(bytes)) {
    require(decode_history(encode_history(*jobs)) == jobs);
    if (!jobs->empty())
      require(find_in_history(bytes, jobs->front().number).has_value());
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  check_group(bytes);
  check_rows(bytes);
  return 0;
}
