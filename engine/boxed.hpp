// An optional value behind a pointer. For rare members: an absent one costs 8 bytes.
#pragma once
#include <memory>
#include <type_traits>
#include <utility>

namespace rota::engine {

template <class T>
class boxed {
public:
  boxed() = default;
  boxed(T value) : value_(std::make_unique<T>(std::move(value))) {}
  boxed(const boxed& other) : value_(other ? std::make_unique<T>(*other) : nullptr) {}
  boxed(boxed&&) noexcept = default;
  boxed& operator=(boxed other) noexcept {
    value_ = std::move(other.value_);
    return *this;
  }
  ~boxed() = default;

  T& emplace() { return *(value_ = std::make_unique<T>()); }
  void reset() { value_.reset(); }

  bool has_value() const { return value_ != nullptr; }
  explicit operator bool() const { return has_value(); }
  T& operator*() { return *value_; }
  const T& operator*() const { return *value_; }
  T* operator->() { return value_.get(); }
  const T* operator->() const { return value_.get(); }
  /// Returns null if there is no value.
  const T* get() const { return value_.get(); }

  friend bool operator==(const boxed& a, const boxed& b) {
    return a && b ? *a == *b : a.has_value() == b.has_value();
  }

private:
  std::unique_ptr<T> value_;
};

/// A value that may be absent: std::optional, or boxed.
template <class T>
concept may_be_absent = requires(std::remove_const_t<T> value) {
  value.has_value();
  value.reset();
  value.emplace();
  *value;
};

} // namespace rota::engine
