// Flipped bytes in the files of the store.
#include "tests/support/seed.hpp"
#include "tests/system/faults/fault_daemon.hpp"
#include "tests/system/faults/fault_work.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <random>
#include <string>
#include <vector>

using namespace rota::tests;
using namespace rota::tests::fault;
namespace fs = std::filesystem;

namespace {

constexpr int places_a_file = 8;

/// All non-empty files, relative to the folder.
std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::recursive_directory_iterator{folder})
    if (entry.is_regular_file() && entry.file_size() > 0)
      found.push_back(fs::relative(entry.path(), folder));
  std::sort(found.begin(), found.end());
  return found;
}

/// Files that RocksDB writes for people; it reads nothing essential from them.
bool is_chatter(const fs::path& file) {
  const auto name = file.filename().string();
  return name.starts_with("LOG") || name.starts_with("OPTIONS");
}

void flip(const fs::path& file, std::uint64_t at, unsigned bit) {
  std::fstream bytes{file, std::ios::in | std::ios::out | std::ios::binary};
  bytes.seekg(static_cast<std::streamoff>(at));
  const int byte = bytes.get();
  bytes.seekp(static_cast<std::streamoff>(at));
  bytes.put(static_cast<char>(byte ^ (1 << bit)));
}

void copy_store(const fs::path& from, const fs::path& to) {
  fs::remove_all(to);
  fs::copy(from, to, fs::copy_options::recursive);
}

/// A store with tables of an earlier run and a journal of the last one.
acknowledged_work make_store(const fs::path& folder) {
  tried_daemon tried{folder};
  for (int life = 0; life < 2; ++life) {
    REQUIRE(tried.daemon.start());
    tried.steps(40);
    REQUIRE(tried.daemon.terminate() == 0);
  }
  REQUIRE(tried.daemon.start());
  tried.steps(30);
  tried.daemon.kill();
  return tried.work;
}

/// Returns nothing if the daemon refused to start and gave advice, or has everything; otherwise
/// what is wrong.
std::string verdict(tried_daemon& tried, bool must_start) {
  if (tried.daemon.start()) {
    const auto lost = tried.missing();
    tried.daemon.kill();
    return lost;
  }
  const auto status = tried.daemon.ended();
  const auto said = tried.daemon.messages();
  if (must_start || status != 1)
    return "ended with " + std::to_string(status.value_or(-1)) + ": " + said;
  // Every refusal must suggest a remedy.
  const bool advises =
      said.find("backup") != std::string::npos || said.find("permissions") != std::string::npos ||
      said.find("upgrade") != std::string::npos || said.find("version") != std::string::npos;
  return advises ? "" : "refused without advice: " + said;
}

} // namespace

TEST_CASE("With a flipped byte in the store the daemon refuses to start or has everything") {
  const auto seed = chosen_seed();
  std::cout << "flipped bytes: seed " << seed << " (ROTA_SEED)" << std::endl;
  std::mt19937_64 random{seed};
  temporary_folder folder;
  const auto sound = folder.path() / "sound";
  const auto damaged = folder.path() / "damaged";
  const auto work = make_store(sound);
  tried_daemon tried{damaged};
  int refused_starts = 0;
  for (const auto& file : files_in(sound)) {
    const auto size = fs::file_size(sound / file);
    const int places = is_chatter(file) ? 1 : places_a_file;
    for (int i = 0; i < places; ++i) {
      // Headers and footers are at the ends of a file; the first two positions are there.
      const auto at = i == 0   ? random() % std::min<std::uint64_t>(size, 16)
                      : i == 1 ? size - 1 - random() % std::min<std::uint64_t>(size, 64)
                               : random() % size;
      const auto bit = static_cast<unsigned>(random() % 8);
      copy_store(sound, damaged);
      flip(damaged / file, at, bit);
      INFO("seed " << seed << ": " << file << " of " << size << " bytes, bit " << bit << " of byte "
                   << at);
      tried.work = work;
      CHECK(verdict(tried, is_chatter(file)) == "");
      refused_starts += tried.daemon.ended() == 1 ? 1 : 0;
    }
  }
  std::cout << "flipped bytes: " << refused_starts << " starts refused" << std::endl;
  CHECK(refused_starts > 0);
}
