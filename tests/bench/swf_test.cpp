#include "bench/common/program.hpp"
#include "bench/common/swf.hpp"

#include <catch2/catch.hpp>
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace rota::bench {

namespace {

const std::string job_line =
    "     1         0      -1    83      1      -1      -1   -1    1200      -1 -1    7    1   -1 "
    "-1  3     -1      -1";
const swf_job recorded_job{0, 83, 7, 3, 1, 1};

} // namespace

TEST_CASE("a job of a log has its times and what it can be sorted by") {
  CHECK(parse_swf_job(job_line) == recorded_job);
  CHECK(parse_swf_job("2 3.5 -1 12.25 16 -1 -1 -1 9 -1 1 4 2 8 6 5 -1 -1") ==
        swf_job{3.5, 12.25, 4, 5, 16, 2, 8, 6});
}

TEST_CASE("a job without a recorded run time takes none") {
  CHECK(parse_swf_job("2 3 -1 -1 1 -1 -1 -1 9 -1 0 -1 1 -1 -1 -1 -1 -1") ==
        swf_job{3, 0, -1, -1, 1, 1});
}

TEST_CASE("a line may be parted by tabs and end like on Windows") {
  CHECK(parse_swf_job("1\t2\t-1\t3\t1\t-1\t-1\t-1\t9\t-1\t1\t4\t1\t-1\t-1\t5\t-1\t-1\r") ==
        swf_job{2, 3, 4, 5, 1, 1});
}

TEST_CASE("a line that is cut off, isn't of numbers or has no submission is no job") {
  CHECK_FALSE(parse_swf_job(""));
  CHECK_FALSE(parse_swf_job("1 0 -1 83 1 -1 -1 -1 1200 -1 -1 7 1 -1 -1"));
  CHECK_FALSE(parse_swf_job("1 0 -1 83 1 -1 -1 -1 1200 -1 -1 x 1 -1 -1 3"));
  CHECK_FALSE(parse_swf_job("1 0 -1 83x 1 -1 -1 -1 1200 -1 -1 7 1 -1 -1 3"));
  CHECK_FALSE(parse_swf_job("1 -1 -1 83 1 -1 -1 -1 1200 -1 -1 7 1 -1 -1 3"));
}

TEST_CASE("a log leaves out comments, counts broken lines and is in order of submission") {
  const auto log = parse_swf("; Version: 2.2\n\n"
                             "1 9 -1 4 1 -1 -1 -1 9 -1 1 1 1 -1 -1 1 -1 -1\n"
                             "broken\n"
                             "2 5 -1 6 1 -1 -1 -1 9 -1 1 2 1 -1 -1 1 -1 -1");
  REQUIRE(log.jobs.size() == 2);
  CHECK(log.jobs[0].user == 2);
  CHECK(log.jobs[1].user == 1);
  CHECK(log.broken_lines == 1);
}

TEST_CASE("only the first jobs of a log can be taken") {
  const auto log = parse_swf(job_line + "\n" + job_line + "\n" + job_line + "\n", 2);
  CHECK(log.jobs.size() == 2);
}

TEST_CASE("the average load is the work by the time of the log, at least one") {
  swf_log log;
  CHECK(average_load(log) == 1);
  log.jobs = {{0, 30, 1, 1}, {5, 20, 1, 1}, {10, 50, 1, 1}};
  CHECK(average_load(log) == Approx(10));
  log.jobs = {{0, 1, 1, 1}, {100, 1, 1, 1}};
  CHECK(average_load(log) == 1);
}

TEST_CASE("a log is read plain or compressed, and a missing one is an error") {
  const temporary_folder folder(std::filesystem::temp_directory_path());
  const auto plain = folder.path() / "log.swf";
  const auto packed = plain.string() + ".gz";
  std::ofstream(plain) << job_line << '\n';
  gzFile out = gzopen(packed.c_str(), "wb");
  gzputs(out, (job_line + "\n").c_str());
  gzclose(out);
  CHECK(read_swf(plain.string()).jobs == std::vector<swf_job>{recorded_job});
  CHECK(read_swf(packed).jobs == std::vector<swf_job>{recorded_job});
  CHECK_THROWS_AS(read_swf((folder.path() / "absent.swf").string()), std::runtime_error);
}

} // namespace rota::bench
