#include "executors/slurm/outputs.hpp"

#include "system/files.hpp"

#include <algorithm>
#include <sstream>

namespace rota::executors::slurm {
namespace {

constexpr std::size_t names_bytes_max = std::size_t{4} << 20;

/// A stream that is opened anew for each read, which makes NFS revalidate it. Unreadable streams
/// are empty.
class stream {
public:
  stream(const run_folder& run, const char* name)
      : file_(system::open_file(run.file(name), O_RDONLY)),
        size_(value_or(system::size_of(file_), 0)) {}

  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] std::string bytes(std::uint64_t offset, std::size_t limit) const {
    return value_or(system::read_at(file_, offset, limit), {});
  }

private:
  system::descriptor file_;
  std::uint64_t size_;
};

/// Returns how one run of a loop ended; its parts of the streams begin at the ends of the previous
/// run's.
job_result run_ending(const run_folder& run, const end_record::run& how,
                      const end_record::run& before, std::size_t bytes_left) {
  job_result part;
  part.exit_code = how.exit_code;
  part.signal = how.signal;
  part.started = how.started;
  part.finished = how.finished;
  const auto out_size = how.out_end - std::min(how.out_end, before.out_end);
  const auto err_size = how.err_end - std::min(how.err_end, before.err_end);
  const auto err_tail = std::min<std::uint64_t>(err_size, ending::error_bytes_max);
  part.output =
      stream{run, "stdout"}.bytes(before.out_end, std::min<std::uint64_t>(out_size, bytes_left));
  part.output_is_cut = out_size > part.output.size();
  part.error_tail = stream{run, "stderr"}.bytes(how.err_end - err_tail, err_tail);
  return part;
}

std::vector<job_result> run_endings(const run_folder& run, const end_record& end) {
  std::istringstream ids{stream{run, "jobs"}.bytes(0, names_bytes_max)};
  std::vector<job_result> parts;
  std::string id;
  std::size_t bytes_left = ending::output_bytes_max;
  end_record::run before;
  for (std::size_t number = 0; number < end.runs.size() && std::getline(ids, id); ++number) {
    auto& part = parts.emplace_back(run_ending(run, end.runs[number], before, bytes_left));
    part.job = id;
    part.timed_out = end.timed_out && number + 1 == end.runs.size();
    bytes_left -= part.output.size();
    before = end.runs[number];
  }
  return parts;
}

} // namespace

ending ending_of(const run_folder& run, const end_record& end) {
  ending how;
  how.exit_code = end.exit_code;
  how.signal = end.signal;
  how.started = end.started;
  how.finished = end.finished;
  how.timed_out = end.timed_out;
  how.message = end.message;
  const stream err{run, "stderr"};
  const auto tail = std::min<std::uint64_t>(err.size(), ending::error_bytes_max);
  how.error_tail = err.bytes(err.size() - tail, tail);
  how.is_of_envelope = system::exists(run.file("envelope"));
  how.jobs = run_endings(run, end);
  const stream out{run, "stdout"};
  how.output = out.bytes(0, ending::output_bytes_max);
  how.output_is_cut = out.size() > how.output.size() || system::exists(run.file("stdout.cut"));
  return how;
}

} // namespace rota::executors::slurm
