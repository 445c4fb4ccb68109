// A value in a request with its path, and the reason why it was refused.
#pragma once
#include "json/slice.hpp"

#include <boost/system/result.hpp>

#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace rota::wire {

/// Why params were refused: data.path and data.reason of the answer.
struct flaw {
  std::string path;   ///< JSON pointer into params: "/jobs/3/priority".
  std::string reason; ///< "must be an integer from -1000 to 1000", "unknown member"
  bool operator==(const flaw&) const = default;
};

/// Returns the flaw as a sentence for people.
std::string to_text(const flaw& what);

/// Called when the value of a refused result is read, which is a bug in the caller. Throws
/// std::logic_error.
[[noreturn]] inline void throw_exception_from_error(const flaw& what,
                                                    const boost::source_location&) {
  throw std::logic_error("no value: " + what.path + ' ' + what.reason);
}

template <class T>
using checked = boost::system::result<T, flaw>;

/// Lives on the stack while a request is read. Allocates only when something is refused.
class param {
public:
  /// The whole params. The first flaw is stored in `into`.
  param(json_value value, std::optional<flaw>& into) : value_(value), flaw_(into) {}

  param member(std::string_view name, json_value value = {}) const {
    return {*this, name, 0, value};
  }
  param element(std::size_t index, json_value value) const { return {*this, {}, index, value}; }

  const json_value& value() const { return value_; }

  /// Stores the reason unless another value was refused before. Always returns false.
  bool refuse(std::string_view reason) const;

private:
  param(const param& parent, std::string_view name, std::size_t index, json_value value)
      : value_(value), flaw_(parent.flaw_), parent_(&parent), name_(name), index_(index) {}

  void append_pointer(std::string& out) const;

  json_value value_;
  std::optional<flaw>& flaw_;
  const param* parent_ = nullptr;
  std::string_view name_; ///< Of a member; an element has `index_` instead.
  std::size_t index_ = 0;
};

} // namespace rota::wire
