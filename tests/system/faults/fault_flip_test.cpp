// Flipped bytes in the files of the store.
#include "tests/support/seed.hpp"
#include "tests/system/faults/fault_daemon.hpp"
#include "tests/system/faults/fault_work.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
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
bool is_informational(const fs::path& file) {
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
  tested_daemon tested{folder};
  for (int life = 0; life < 2; ++life) {
    REQUIRE(tested.daemon.start());
    tested.steps(40);
    REQUIRE(tested.daemon.terminate() == 0);
  }
  REQUIRE(tested.daemon.start());
  tested.steps(30);
  tested.daemon.kill();
  return tested.work;
}

/// Returns nothing if the daemon refused to start and gave advice, or has everything; otherwise
/// what is wrong.
std::string verdict(tested_daemon& tested, bool must_start) {
  if (tested.daemon.start()) {
    const auto lost = tested.missing();
    tested.daemon.kill();
    return lost;
  }
  const auto status = tested.daemon.exit_status();
  const auto messages = tested.daemon.messages();
  if (must_start || status != 1)
    return "ended with " + std::to_string(status.value_or(-1)) + ": " + messages;
  // Every refusal must suggest a remedy.
  const bool advises = messages.find("backup") != std::string::npos ||
                       messages.find("permissions") != std::string::npos ||
                       messages.find("upgrade") != std::string::npos ||
                       messages.find("version") != std::string::npos;
  return advises ? "" : "refused without advice: " + messages;
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
  tested_daemon tested{damaged};
  int refused_starts = 0;
  for (const auto& file : files_in(sound)) {
    const auto size = fs::file_size(sound / file);
    const int places = is_informational(file) ? 1 : places_a_file;
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
      tested.work = work;
      CHECK(verdict(tested, is_informational(file)) == "");
      refused_starts += tested.daemon.exit_status() == 1 ? 1 : 0;
    }
  }
  std::cout << "flipped bytes: " << refused_starts << " starts refused" << std::endl;
  CHECK(refused_starts > 0);
}
