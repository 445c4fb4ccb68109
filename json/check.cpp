#include "json/check.hpp"

#include "json/slice.hpp"
#include "json/write.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <algorithm>
#include <bit>
#include <functional>
#include <random>
#include <span>
#include <unordered_set>
#include <vector>

namespace rota {

namespace json = boost::json;

// Up to this size, names are compared pairwise; in larger objects they are hashed when the object
// ends.
constexpr std::size_t small_object_max = 16;
// Larger buffers are released after a text.
constexpr std::size_t kept_names_max = 4096;
constexpr std::size_t kept_unescaped_max = 65536;

// Detects duplicate names in a large object. Takes linear time even for names chosen by an
// attacker: positions in the table depend on a random number, and only equal hashes lead to the
// sort.
class large_object_names {
public:
  bool repeat_in(std::span<std::string_view> names) {
    const std::size_t slots = std::bit_ceil(2 * names.size());
    const int shift = 64 - std::countr_zero(slots);
    std::vector<std::uint64_t> table(slots); // Hashes; 0 is an empty slot.
    for (const std::string_view name : names) {
      const std::uint64_t hash = std::hash<std::string_view>{}(name) | 1;
      std::size_t at = (hash * multiplier_) >> shift;
      while (table[at] != 0 && table[at] != hash)
        at = (at + 1) & (slots - 1);
      if (table[at] == hash)
        return repeat_by_sorting(names);
      table[at] = hash;
    }
    return false;
  }

private:
  static bool repeat_by_sorting(std::span<std::string_view> names) {
    std::sort(names.begin(), names.end());
    return std::adjacent_find(names.begin(), names.end()) != names.end();
  }

  std::uint64_t multiplier_ =
      (std::uint64_t{std::random_device{}()} << 32) | std::random_device{}() | 1;
};

// Collects the names of all open objects and compares them.
class json_checker::handler {
public:
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);

  void start(std::string_view text) {
    text_ = text;
    names_.clear();
    objects_.clear();
    unescaped_.clear();
    in_parts_ = false;
    duplicate_ = false;
  }

  void finish() {
    if (names_.capacity() > kept_names_max)
      names_ = {};
    if (unescaped_.capacity() > kept_unescaped_max)
      unescaped_ = {};
  }

  [[nodiscard]] bool duplicate() const { return duplicate_; }

  bool on_object_begin(json::error_code&) {
    objects_.push_back(names_.size());
    return true;
  }

  bool on_object_end(std::size_t, json::error_code&) {
    const auto first = names_.begin() + static_cast<std::ptrdiff_t>(objects_.back());
    const std::span names{first, names_.end()};
    if (names.size() > small_object_max && large_names_.repeat_in(names))
      duplicate_ = true;
    names_.erase(first, names_.end());
    objects_.pop_back();
    return true;
  }

  bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
    keep(part);
    return true;
  }

  bool on_key(json::string_view part, std::size_t, json::error_code&) {
    std::string_view name{part.data(), part.size()};
    if (in_parts_ || !inside_text(part)) {
      keep(part);
      name = std::string_view{unescaped_}.substr(name_begin_);
      in_parts_ = false;
    }
    compare(name);
    names_.push_back(name);
    return true;
  }

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_array_begin(json::error_code&) { return true; }
  bool on_array_end(std::size_t, json::error_code&) { return true; }
  bool on_string_part(json::string_view, std::size_t, json::error_code&) { return true; }
  bool on_string(json::string_view, std::size_t, json::error_code&) { return true; }
  bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_int64(std::int64_t, json::string_view, json::error_code&) { return true; }
  bool on_uint64(std::uint64_t, json::string_view, json::error_code&) { return true; }
  bool on_double(double, json::string_view, json::error_code&) { return true; }
  bool on_bool(bool, json::error_code&) { return true; }
  bool on_null(json::error_code&) { return true; }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

private:
  [[nodiscard]] bool inside_text(json::string_view part) const {
    const std::less_equal<const char*> not_after;
    return not_after(text_.data(), part.data()) &&
           not_after(part.data() + part.size(), text_.data() + text_.size());
  }

  // The unescaped names together are never longer than the text, so one reservation keeps views of
  // the buffer valid.
  void keep(json::string_view part) {
    if (unescaped_.capacity() < text_.size())
      unescaped_.reserve(text_.size());
    if (!in_parts_)
      name_begin_ = unescaped_.size();
    in_parts_ = true;
    unescaped_.append(part.data(), part.size());
  }

  void compare(std::string_view name) {
    const std::size_t first = objects_.back();
    if (names_.size() - first >= small_object_max)
      return;
    for (std::size_t i = first; i < names_.size(); ++i) {
      if (names_[i] == name)
        duplicate_ = true;
    }
  }

  std::string_view text_;
  large_object_names large_names_;
  std::vector<std::string_view> names_; // Of all open objects, innermost last.
  std::vector<std::size_t> objects_;    // Index of each open object's first name.
  std::string unescaped_;               // Names that had escapes.
  std::size_t name_begin_ = 0;
  bool in_parts_ = false;
  bool duplicate_ = false;
};

struct json_checker::state {
  explicit state(const json::parse_options& options) : parser(options) {}
  json::basic_parser<handler> parser;
};

namespace {

json::parse_options options_for(const json_limits& limits) {
  json::parse_options options;
  options.max_depth = limits.max_depth;
  return options;
}

json_error syntax_error(const json::error_code& code, std::size_t offset) {
  const auto error = [&](std::string reason) {
    return json_error{json_error_kind::syntax, std::move(reason), offset, {}};
  };
  if (code == json::error::too_deep)
    return {json_error_kind::depth, "is nested too deeply", offset, {}};
  if (code == json::error::incomplete)
    return error("ends too early");
  if (code == json::error::extra_data)
    return error("goes on after its end");
  if (code == json::error::exponent_overflow)
    return error("has an exponent that is too large");
  if (code == json::error::expected_hex_digit)
    return error("has a \\u without four hex digits");
  if (code == json::error::illegal_leading_surrogate ||
      code == json::error::illegal_trailing_surrogate || code == json::error::expected_utf16_escape)
    return error("has half of a surrogate pair");
  return error("is not valid JSON");
}

// Finds the first member that repeats a name. Slow, but called only for texts with a duplicate. The
// recursion is bounded by the checked depth.
std::optional<json_error> find_duplicate(std::string_view text, json_value value,
                                         const std::string& path) {
  if (value.kind() == json_kind::array) {
    std::size_t index = 0;
    for (const json_value element : value.as_array()) {
      if (auto found = find_duplicate(text, element, path + '/' + std::to_string(index)))
        return found;
      ++index;
    }
  } else if (value.kind() == json_kind::object) {
    std::unordered_set<std::string> names;
    for (const auto& [name, member] : value.as_object()) {
      const std::string here = path + '/' + escape_pointer_token(name);
      if (!names.emplace(name).second) {
        const auto offset = static_cast<std::size_t>(member.raw().data() - text.data());
        return json_error{json_error_kind::duplicate, "has a member twice", offset, here};
      }
      if (auto found = find_duplicate(text, member, here))
        return found;
    }
  }
  return std::nullopt;
}

} // namespace

json_checker::json_checker(json_limits limits)
    : state_(std::make_unique<state>(options_for(limits))) {}
json_checker::~json_checker() = default;
json_checker::json_checker(json_checker&&) noexcept = default;
json_checker& json_checker::operator=(json_checker&&) noexcept = default;

std::optional<json_error> json_checker::check(std::string_view text) {
  auto& parser = state_->parser;
  parser.reset();
  parser.handler().start(text);
  json::error_code code;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), code);
  if (!code && used < text.size())
    code = json::error::extra_data;
  const bool duplicate = parser.handler().duplicate();
  parser.handler().finish();
  if (code)
    return syntax_error(code, used);
  if (duplicate)
    return find_duplicate(text, json_value{text}, {});
  return std::nullopt;
}

std::optional<json_error> check_json(std::string_view text, json_limits limits) {
  return json_checker{limits}.check(text);
}

} // namespace rota
