#include "system/files.hpp"
#include "tests/support/temporary_folder.hpp"

#include <catch2/catch.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace rota::system {
namespace {

struct scratch {
  tests::temporary_folder folder{"files"};

  std::string at(const std::string& name) const { return (folder.path() / name).string(); }
};

TEST_CASE("A file is read whole, in part, and to its limit") {
  const scratch in;
  const std::string bytes(10'000, 'x');
  REQUIRE(write_file(in.at("a"), bytes + "end", file_durability::always).has_value());
  CHECK(*read_file(in.at("a")) == bytes + "end");
  CHECK(read_file(in.at("a"), 7)->size() == 7);
  CHECK(read_file(in.at("a"), 0)->empty());
  const auto file = open_file(in.at("a"), O_RDONLY);
  CHECK(*size_of(file) == 10'003);
  CHECK(*read_at(file, 10'000, 2) == "en");
  CHECK(*read_at(file, 10'000, 100) == "end");
  CHECK(read_at(file, 20'000, 100)->empty());
}

TEST_CASE("A file of /proc, which has no size, is read to its end") {
  CHECK(read_file("/proc/self/mounts")->find("proc") != std::string::npos);
  CHECK(read_file("/proc/self/status", 5)->size() == 5);
}

TEST_CASE("An error names the path and keeps the errno") {
  const auto none = read_file("/no/such/file");
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().number == ENOENT);
  CHECK(none.error().text() == "cannot open /no/such/file: No such file or directory");
  CHECK(read_file("/proc").error().text() == "cannot read /proc: Is a directory");
  CHECK(write_file("/no/such/file", "", file_durability::always).error().number == ENOENT);
  CHECK(sync_folder("/no/such").error().text() ==
        "cannot sync /no/such: No such file or directory");
  CHECK(names_in("/no/such").error().number == ENOENT);
  CHECK(read_at(descriptor{}, 0, 1).error().number == EBADF);
  CHECK(call_error("sh was stopped", 0).text() == "sh was stopped");
  CHECK(value_or(none, "other") == "other");
}

TEST_CASE("A file is replaced atomically, by path or in an open folder, and nothing else remains") {
  const scratch in;
  const auto folder = open_folder(in.folder.path().string());
  for (const auto how : {file_durability::until_power_cut, file_durability::always,
                         file_durability::always_once_whole}) {
    REQUIRE(write_file(in.at("a"), "by path", how).has_value());
    CHECK(*read_file({folder, "a"}) == "by path");
    REQUIRE(write_file({folder, "a"}, "by name", how, 0600).has_value());
    CHECK(*read_file(in.at("a")) == "by name");
    CHECK(*names_in({folder, "."}) == std::vector<std::string>{"a"});
  }
  CHECK(sync_folder(in.folder.path().string()).has_value());
  CHECK(sync_parent(folder).has_value());
}

TEST_CASE("After a failed replacement the old file remains, and its draft is removed") {
  const scratch in;
  REQUIRE(*make_folder(in.at("a"), 0700));
  REQUIRE(write_in_place(in.at("a/b"), "x").has_value());
  const auto written = write_file(in.at("a"), "new", file_durability::always);
  REQUIRE_FALSE(written.has_value());
  CHECK(written.error().number == EISDIR);
  CHECK(*names_in(in.folder.path().string()) == std::vector<std::string>{"a"});
  CHECK(*read_file(in.at("a/b")) == "x");
}

TEST_CASE("Existing files and folders are neither created again nor emptied") {
  const scratch in;
  CHECK(*make_folder(in.at("folder"), 0700));
  CHECK_FALSE(*make_folder(in.at("folder"), 0700));
  REQUIRE(make_empty(in.at("file")).has_value());
  REQUIRE(write_in_place(in.at("file"), "kept").has_value());
  REQUIRE(make_empty(in.at("file")).has_value());
  CHECK(*read_file(in.at("file")) == "kept");
  CHECK_FALSE(make_folder(in.at("none/folder"), 0700).has_value());
}

TEST_CASE("In a folder of others only regular files are opened") {
  const scratch in;
  REQUIRE(write_in_place(in.at("file"), "x").has_value());
  REQUIRE(::symlink(in.at("file").c_str(), in.at("link").c_str()) == 0);
  REQUIRE(::symlink("/no/such", in.at("broken").c_str()) == 0);
  REQUIRE(::mkfifo(in.at("pipe").c_str(), 0600) == 0);
  CHECK(open_regular(in.at("file"), O_RDONLY).is_open());
  for (const char* name : {"link", "broken", "pipe", ".", "none"}) {
    INFO(name);
    CHECK_FALSE(open_regular(in.at(name), O_RDONLY).is_open());
    CHECK(errno != 0);
  }
  CHECK(exists(in.at("broken")));
  CHECK_FALSE(exists(in.at("none")));
  CHECK(status_of(in.at("file"))->is_regular);
  CHECK(status_of(in.at("file"))->size == 1);
  CHECK(status_of(in.at("file"))->changed.time_since_epoch().count() > 0);
  CHECK_FALSE(status_of(in.at("link"))->is_regular);
}

TEST_CASE("A tree is removed, but not the target of a link in it") {
  const scratch in;
  REQUIRE(make_folder(in.at("kept"), 0700).has_value());
  REQUIRE(write_in_place(in.at("kept/file"), "x").has_value());
  for (const char* folder : {"tree", "tree/a", "tree/a/b"})
    REQUIRE(make_folder(in.at(folder), 0700).has_value());
  REQUIRE(write_in_place(in.at("tree/a/file"), "x").has_value());
  REQUIRE(::symlink(in.at("kept").c_str(), in.at("tree/a/b/link").c_str()) == 0);
  remove_tree(in.at("tree"));
  remove_tree(in.at("tree"));
  CHECK_FALSE(exists(in.at("tree")));
  CHECK(exists(in.at("kept/file")));
  const auto folder = open_folder(in.folder.path().string());
  remove_tree({folder, "kept"});
  CHECK(names_in({folder, "."})->empty());
}

TEST_CASE("A lock belongs to an open file") {
  const scratch in;
  auto first = open_file(in.at("lock"), O_RDWR | O_CREAT);
  const auto second = open_file(in.at("lock"), O_RDWR);
  CHECK_FALSE(is_locked_by_other(second));
  REQUIRE(try_lock(first));
  CHECK(try_lock(first));
  CHECK_FALSE(try_lock(second));
  CHECK(is_locked_by_other(second));
  CHECK_FALSE(is_locked_by_other(first));
  first.close();
  CHECK(try_lock(second));
}

TEST_CASE("A descriptor is closed once, by its last owner") {
  pipe_ends ends;
  REQUIRE(open_pipe(ends) == 0);
  const int number = ends.read.get();
  CHECK((::fcntl(number, F_GETFD) & FD_CLOEXEC) != 0);
  REQUIRE(write_all(ends.write, "x") == 0);
  {
    const descriptor moved = std::move(ends.read);
    CHECK_FALSE(ends.read.is_open());
    CHECK(moved.get() == number);
    errno = 42;
  }
  const int kept = errno;
  CHECK(kept == 42);
  CHECK(::fcntl(number, F_GETFD) == -1);
  CHECK(write_all(descriptor{}, "x") == EBADF);
}

} // namespace
} // namespace rota::system
