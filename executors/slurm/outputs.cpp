#include "executors/slurm/outputs.hpp"

#include "executors/slurm/files.hpp"

#include <algorithm>
#include <sstream>

namespace rota::executors::slurm {
namespace {

constexpr std::size_t names_bytes_max = std::size_t{4} << 20;

/// How one run of a loop ended, whose parts of the streams begin where those of the last one end.
job_ending run_ending(const run_folder& run, const end_record::run& how,
                      const end_record::run& before, std::size_t bytes_left) {
  job_ending part;
  part.exit_code = how.exit_code;
  part.signal = how.signal;
  part.started = how.started;
  part.finished = how.finished;
  const auto out_size = how.out_end - std::min(how.out_end, before.out_end);
  const auto out =
      read_piece(run.file("stdout"), before.out_end, std::min<std::uint64_t>(out_size, bytes_left));
  const auto err_size = how.err_end - std::min(how.err_end, before.err_end);
  const auto err_tail = std::min<std::uint64_t>(err_size, ending::error_bytes_max);
  const auto err = read_piece(run.file("stderr"), how.err_end - err_tail, err_tail);
  part.output = out ? out->bytes : "";
  part.output_is_cut = out_size > part.output.size();
  part.error_tail = err ? err->bytes : "";
  return part;
}

std::vector<job_ending> run_endings(const run_folder& run, const end_record& end) {
  const auto names = read_piece(run.file("jobs"), 0, names_bytes_max);
  std::istringstream ids{names ? names->bytes : ""};
  std::vector<job_ending> parts;
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
  how.error_tail = read_tail(run.file("stderr"), ending::error_bytes_max);
  how.is_of_envelope = exists(run.file("envelope"));
  how.jobs = run_endings(run, end);
  if (const auto out = read_piece(run.file("stdout"), 0, ending::output_bytes_max)) {
    how.output = out->bytes;
    how.output_is_cut = out->file_size > out->bytes.size() || exists(run.file("stdout.cut"));
  }
  return how;
}

} // namespace rota::executors::slurm
