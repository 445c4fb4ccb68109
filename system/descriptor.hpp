// File descriptors, and what everybody does with them. No more than system calls: programs that must
// start at once link it, too.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rota::executors {

/// Owns a file descriptor; not open when it is negative.
class descriptor {
public:
  explicit descriptor(int number = -1) : number_(number) {}
  descriptor(descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  descriptor& operator=(descriptor&& other) noexcept {
    if (this != &other) {
      close();
      number_ = std::exchange(other.number_, -1);
    }
    return *this;
  }
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  /// Leaves errno as it was.
  ~descriptor();

  [[nodiscard]] int get() const { return number_; }
  [[nodiscard]] bool is_open() const { return number_ >= 0; }
  void close();

private:
  int number_;
};

/// Pipe ends that are closed when a program is executed.
struct pipe_ends {
  descriptor read;
  descriptor write;
};
/// 0, or the errno.
[[nodiscard]] int open_pipe(pipe_ends& ends);

/// 0, or the errno.
[[nodiscard]] int write_all(const descriptor& to, std::string_view bytes);
/// At most `limit` bytes of a file from `offset`; what came before an error.
[[nodiscard]] std::string read_part(const descriptor& from, std::uint64_t offset,
                                    std::size_t limit);

/// Appends "NAME=value" for each variable, as an environment has it.
void append_variables(std::vector<std::string>& to,
                      const std::vector<std::pair<std::string, std::string>>& variables);
/// The pointers that exec wants; valid as long as the texts are.
[[nodiscard]] std::vector<char*> pointers_to(std::vector<std::string>& texts);

} // namespace rota::executors
