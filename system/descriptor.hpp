// The owner of a file descriptor, and pipes. No more than system calls: programs that must start
// at once link it, too.
#pragma once
#include <string_view>
#include <utility>

namespace rota::system {

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

/// Writes all bytes. 0, or the errno.
[[nodiscard]] int write_all(const descriptor& to, std::string_view bytes);

} // namespace rota::system
