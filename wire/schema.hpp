// The shapes of params and results, derived from the lists of members: for the OpenRPC document,
// the reference of the protocol and the completion of the command line.
#pragma once
#include "engine/boxed.hpp"
#include "engine/members.hpp"
#include "engine/settings.hpp"
#include "wire/executor_options.hpp"
#include "wire/writing.hpp"

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace rota::wire {

struct shape_member;

/// One JSON value as JSON Schema describes it.
struct shape {
  std::string type;    ///< "string", "object", ...; empty: any JSON.
  std::string note;    ///< Plain English for what JSON Schema cannot express.
  std::string minimum; ///< A number as JSON text; empty: no bound.
  std::string maximum; ///< Likewise.
  bool exclusive_minimum = false;
  std::vector<std::string_view> words; ///< All valid values; empty: any.
  bool nullable = false;
  bool not_empty = false;
  std::vector<shape_member> members; ///< Of an object.
  std::vector<shape> element;        ///< Of an array: exactly one.
};

struct shape_member {
  std::string name = {};
  shape value;
  bool required = false;
  bool always = false;            ///< Of a result: always present.
  std::string default_value = {}; ///< JSON text of the default; empty: none.
};

/// Returns a shape of this type; an empty type is any JSON.
shape shape_with(std::string_view type, std::string_view note = {});

/// Params sent by a client, a put in which null resets, or a result.
enum class direction : std::uint8_t { asked, put, shown };

// -- ranges ---------------------------------------------------------------------------------------

inline void describe(shape&, const engine::anything&) {}
void describe(shape& s, const engine::integer_range& range);
void describe(shape& s, const engine::duration_range& range);
void describe(shape& s, const engine::number_range& range);
void describe(shape& s, const engine::name_text&);
void describe(shape& s, const engine::json_text&);
void describe(shape& s, const engine::pointer_text&);
void describe(shape& s, const engine::traceparent_text&);
void describe(shape& s, const engine::tracestate_text&);
void describe(shape& s, const engine::word_text& range);
void describe(shape& s, const engine::boolean_words& range);

// -- values ---------------------------------------------------------------------------------------

template <class M>
constexpr std::string_view json_type_of() {
  if constexpr (std::same_as<M, bool>)
    return "boolean";
  else if constexpr (std::integral<M> || std::same_as<M, engine::milliseconds>)
    return "integer";
  else if constexpr (std::floating_point<M> || std::same_as<M, engine::micro> ||
                     std::same_as<M, engine::virtual_time>)
    return "number";
  else
    return "string";
}

template <class M>
struct inner_of {
  using type = void;
};
template <engine::may_be_absent M>
struct inner_of<M> {
  using type = std::remove_cvref_t<decltype(*std::declval<M&>())>;
};
template <class T>
struct inner_of<std::vector<T>> {
  using type = T;
};

template <engine::described T>
shape object_shape(direction way);

template <class M, class Range = engine::anything>
shape shape_of(direction way, const engine::rule<Range>& r = {}) {
  using inner = typename inner_of<M>::type;
  shape s;
  if constexpr (requires(M m) { m.push_back(m.front()); } && !std::is_void_v<inner>) {
    s.type = "array";
    s.element.push_back(shape_of<inner>(way, r));
    s.not_empty = r.not_empty;
  } else if constexpr (!std::is_void_v<inner>) {
    s = shape_of<inner>(way, r);
    s.nullable = way == direction::shown && !r.omit_if_none;
  } else if constexpr (engine::described<M>) {
    s = object_shape<M>(way);
  } else {
    s.type = json_type_of<M>();
    if constexpr (engine::worded<M>)
      s.words.assign(words_of(M{}).begin(), words_of(M{}).end());
    if constexpr (std::same_as<M, engine::time_point>)
      s.note = "a time: RFC 3339";
    describe(s, r.range);
    s.nullable = way == direction::shown && r.null_if_empty;
  }
  s.nullable |= way == direction::put && !r.required;
  return s;
}

class shape_builder : public engine::flat_members<shape_builder> {
public:
  using flat_members::flat;

  shape_builder(shape& object, direction way) : object_(object), way_(way) {}

  template <class M, class Range = engine::anything>
  void operator()(std::string_view name, const M& member, const engine::rule<Range>& r = {}) {
    const bool shown = way_ == direction::shown;
    if (shown ? !r.shown : !r.asked)
      return;
    shape_member made{std::string{name},
                      shape_of<M>(way_, r),
                      !shown && r.required,
                      shown && !r.omit_if_none,
                      {}};
    if constexpr (!engine::described<M>)
      if (!shown && !r.required && !is_none(member) && !std::is_same_v<Range, engine::json_text>)
        made.default_value = default_of(member, r);
    object_.members.push_back(std::move(made));
  }
  /// Options that the engine does not interpret, each by its name.
  void operator()(std::string_view, const std::string&,
                  const engine::rule<engine::other_members>& r);
  template <class T, class Range = engine::anything>
  void flat(const engine::boxed<T>&, const engine::rule<Range>& r = {}) {
    shape inside;
    shape_builder builder{inside, way_};
    const T value;
    members(builder, value);
    for (auto& member : inside.members) {
      member.always = way_ == direction::shown && !r.omit_if_none;
      member.value.nullable |= member.always;
      object_.members.push_back(std::move(member));
    }
  }

private:
  template <class M, class Range>
  static std::string default_of(const M& member, const engine::rule<Range>& r) {
    if constexpr (requires { member.empty(); })
      if (member.empty())
        return {};
    return json_text([&](json_writer& out) { write_member(out, member, r); });
  }

  shape& object_;
  direction way_;
};

template <engine::described T>
shape object_shape(direction way) {
  auto object = shape_with("object");
  shape_builder builder{object, way};
  const T value{};
  members(builder, value);
  return object;
}

/// The member that names a setting.
shape_member name_shape(direction way, std::string_view name_member);

/// The shape of a put of these settings, or of the answer that shows them.
template <class Settings>
shape setting_shape(direction way, std::string_view name_member) {
  auto object = object_shape<Settings>(way);
  object.members.insert(object.members.begin(), name_shape(way, name_member));
  return object;
}

/// A page of a list: an array and the cursor of the next page.
shape page_shape(std::string_view array, shape element);

/// Writes the JSON Schema of a value.
void write_schema(json_writer& out, const shape& s);

/// Returns the OpenRPC document, the result of rpc.discover.
std::string openrpc_document(std::string_view version);

/// Returns the reference of all methods, in Markdown.
std::string reference_page();

} // namespace rota::wire
