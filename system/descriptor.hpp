// The owner of a file descriptor, and pipes. Uses system calls only, because programs that must
// start quickly link it too.
#pragma once
#include <string_view>
#include <utility>

namespace rota::system {

/// Owns a file descriptor; a negative one is not open.
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
  /// Preserves errno.
  ~descriptor();

  [[nodiscard]] int get() const { return number_; }
  [[nodiscard]] bool is_open() const { return number_ >= 0; }
  void close();

private:
  int number_;
};

/// Both ends are close-on-exec.
struct pipe_ends {
  descriptor read;
  descriptor write;
};
/// Returns 0 or the errno.
[[nodiscard]] int open_pipe(pipe_ends& ends);

/// Writes all bytes. Returns 0 or the errno.
[[nodiscard]] int write_all(const descriptor& to, std::string_view bytes);

} // namespace rota::system
