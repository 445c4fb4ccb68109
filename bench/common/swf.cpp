#include "bench/common/swf.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <stdexcept>

namespace rota::bench {

namespace {

constexpr std::string_view blanks = " \t\r";
constexpr std::size_t fields_needed = 16;
// Indices of the fields of a line.
constexpr std::size_t submit_field = 1;
constexpr std::size_t run_field = 3;
constexpr std::size_t processors_field = 4;
constexpr std::size_t user_field = 11;
constexpr std::size_t group_field = 12;
constexpr std::size_t executable_field = 13;
constexpr std::size_t queue_field = 14;
constexpr std::size_t partition_field = 15;

std::string unpacked(const std::string& file) {
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> in(gzopen(file.c_str(), "rb"), gzclose);
  if (in == nullptr)
    throw std::runtime_error("cannot open " + file);
  std::string text;
  std::array<char, 1 << 16> piece;
  int size = 0;
  while ((size = gzread(in.get(), piece.data(), piece.size())) > 0)
    text.append(piece.data(), static_cast<std::size_t>(size));
  int status = Z_OK;
  const char* reason = gzerror(in.get(), &status);
  if (size < 0 || status != Z_OK)
    throw std::runtime_error("cannot read " + file + ": " + reason);
  return text;
}

} // namespace

std::optional<swf_job> parse_swf_job(std::string_view line) {
  std::array<double, fields_needed> fields{};
  for (auto& field : fields) {
    const auto begin = line.find_first_not_of(blanks);
    if (begin == std::string_view::npos)
      return std::nullopt;
    line.remove_prefix(begin);
    const auto [end, failure] = std::from_chars(line.data(), line.data() + line.size(), field);
    line.remove_prefix(static_cast<std::size_t>(end - line.data()));
    const bool whole = line.empty() || blanks.find(line.front()) != std::string_view::npos;
    if (failure != std::errc() || !whole)
      return std::nullopt;
  }
  if (!(fields[submit_field] >= 0))
    return std::nullopt;
  const auto number = [&](std::size_t field) { return static_cast<std::int64_t>(fields[field]); };
  return swf_job{.submit_s = fields[submit_field],
                 .run_s = std::max(0.0, fields[run_field]),
                 .user = number(user_field),
                 .partition = number(partition_field),
                 .processors = number(processors_field),
                 .group = number(group_field),
                 .executable = number(executable_field),
                 .queue = number(queue_field)};
}

bool is_swf_comment(std::string_view line) {
  const auto begin = line.find_first_not_of(blanks);
  return begin == std::string_view::npos || line[begin] == ';';
}

swf_log parse_swf(std::string_view text, std::size_t jobs_max) {
  swf_log log;
  while (!text.empty() && (jobs_max == 0 || log.jobs.size() < jobs_max)) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (is_swf_comment(line))
      continue;
    if (const auto job = parse_swf_job(line))
      log.jobs.push_back(*job);
    else
      ++log.broken_lines;
  }
  std::stable_sort(log.jobs.begin(), log.jobs.end(),
                   [](const swf_job& a, const swf_job& b) { return a.submit_s < b.submit_s; });
  return log;
}

swf_log read_swf(const std::string& file, std::size_t jobs_max) {
  return parse_swf(unpacked(file), jobs_max);
}

double average_load(const swf_log& log) {
  if (log.jobs.empty())
    return 1;
  double work = 0;
  for (const auto& job : log.jobs)
    work += job.run_s;
  const double span = log.jobs.back().submit_s - log.jobs.front().submit_s;
  return span > 0 ? std::max(1.0, work / span) : 1;
}

} // namespace rota::bench
