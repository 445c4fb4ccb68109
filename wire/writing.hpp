// Writes values as JSON by their lists of members (engine/members.hpp).
#pragma once
#include "engine/boxed.hpp"
#include "engine/ids.hpp"
#include "engine/members.hpp"
#include "engine/quantity.hpp"
#include "engine/time.hpp"
#include "engine/virtual_time.hpp"
#include "json/write.hpp"
#include "wire/references.hpp"

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rota::wire {

/// Returns the exact decimal: "3", "0.5", "0.000001".
std::string decimal_text(engine::micro quantity);

// -- single values --------------------------------------------------------------------------------

void write(json_writer& out, engine::job_id id);
void write(json_writer& out, engine::attempt_id id);
void write(json_writer& out, subscription_id id);
template <class Id>
void write(json_writer& out, const reference<Id>& ref) {
  out.string(ref.text());
}
/// RFC 3339 in UTC with microseconds.
void write(json_writer& out, engine::time_point time);
void write(json_writer& out, engine::micro quantity);
inline void write(json_writer& out, engine::virtual_time t) { out.number(t.as_double()); }
inline void write(json_writer& out, engine::milliseconds d) { out.integer(d.count()); }
inline void write(json_writer& out, double number) { out.number(number); }
inline void write(json_writer& out, bool truth) { out.boolean(truth); }
inline void write(json_writer& out, const std::string& text) { out.string(text); }
inline void write(json_writer& out, std::string_view text) { out.string(text); }
inline void write(json_writer& out, const std::unsigned_integral auto& number) {
  out.unsigned_integer(number);
}
inline void write(json_writer& out, const std::signed_integral auto& number) {
  out.integer(number);
}
template <engine::worded Word>
void write(json_writer& out, Word word) {
  out.string(word_of(word));
}
template <engine::described T>
void write(json_writer& out, const T& value);
template <class T>
void write(json_writer& out, const std::vector<T>& values) {
  out.begin_array();
  for (const auto& value : values)
    write(out, value);
  out.end_array();
}

// -- members by their rules -----------------------------------------------------------------------

template <class M, class Range>
void write_member(json_writer& out, const M& member, const engine::rule<Range>&) {
  write(out, member);
}
template <class Range>
void write_member(json_writer& out, const std::string& text, const engine::rule<Range>& r) {
  if (r.null_if_empty && text.empty())
    out.null();
  else
    out.string(text);
}
inline void write_member(json_writer& out, const std::string& json,
                         const engine::rule<engine::json_text>&) {
  out.raw(json);
}
template <engine::may_be_absent M, class Range>
void write_member(json_writer& out, const M& member, const engine::rule<Range>& r) {
  if (member)
    write_member(out, *member, r);
  else
    out.null();
}

template <class M>
bool is_none(const M& member) {
  if constexpr (requires { member.has_value(); })
    return !member.has_value();
  else if constexpr (std::same_as<M, std::string>)
    return member.empty();
  else
    return false;
}

/// Writes members into an object that is already open.
class object_writer : public engine::flat_members<object_writer> {
public:
  using flat_members::flat;

  explicit object_writer(json_writer& out) : out_(out) {}

  template <class M, class Range = engine::anything>
  void operator()(std::string_view name, const M& member, const engine::rule<Range>& r = {}) {
    if (r.shown && !((r.omit_if_none || omits_none_) && is_none(member)))
      write_member(out_.key(name), member, r);
  }
  void operator()(std::string_view, const std::string& object,
                  const engine::rule<engine::other_members>&);
  /// Writes null for each of its members that is absent, or omits it.
  template <class T, class Range = engine::anything>
  void flat(const engine::boxed<T>& inner, const engine::rule<Range>& r = {}) {
    if (!inner) {
      if (!r.omit_if_none)
        write_nulls<T>();
      return;
    }
    const bool outer = std::exchange(omits_none_, omits_none_ || r.omit_if_none);
    members(*this, *inner);
    omits_none_ = outer;
  }

private:
  struct null_writer : engine::any_visitor {
    explicit null_writer(json_writer& to) : out(to) {}
    template <class M, class Range = engine::anything>
    void operator()(std::string_view name, M&, const engine::rule<Range>& r = {}) {
      if (r.shown)
        out.key(name).null();
    }
    json_writer& out;
  };

  template <class T>
  void write_nulls() {
    null_writer nulls{out_};
    const T nothing;
    members(nulls, nothing);
  }

  bool omits_none_ = false; ///< A flat value's rule holds for its members.
  json_writer& out_;
};

template <engine::described T>
void write(json_writer& out, const T& value) {
  out.begin_object();
  object_writer object{out};
  members(object, value);
  out.end_object();
}

/// Returns the JSON text of a value.
template <class T>
std::string to_json(const T& value) {
  return json_text([&](json_writer& out) { write(out, value); });
}

} // namespace rota::wire
