// A value of a request with the way that led to it, and why it was refused.
#pragma once
#include "json/slice.hpp"

#include <boost/system/result.hpp>

#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace rota::wire {

/// Why params were refused: what the answer has in data.path and data.reason.
struct flaw {
  std::string path;   ///< JSON pointer into params: "/jobs/3/priority".
  std::string reason; ///< "must be an integer from -1000 to 1000", "unknown member"
  bool operator==(const flaw&) const = default;
};

/// The flaw as a sentence for people.
std::string to_text(const flaw& what);

/// Reached only by reading a value that was refused, which is a bug.
[[noreturn]] inline void throw_exception_from_error(const flaw& what,
                                                    const boost::source_location&) {
  throw std::logic_error("no value: " + what.path + ' ' + what.reason);
}

template <class T>
using checked = boost::system::result<T, flaw>;

/// Lives on the stack while a request is read. Nothing is allocated unless something is wrong.
class param {
public:
  /// The params themselves. The first flaw goes to `into`.
  param(json_value value, std::optional<flaw>& into) : value_(value), flaw_(into) {}

  param member(std::string_view name, json_value value = {}) const {
    return {*this, name, 0, value};
  }
  param element(std::size_t index, json_value value) const { return {*this, {}, index, value}; }

  const json_value& value() const { return value_; }

  /// Keeps why this value is refused, unless something was refused before; always false.
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
