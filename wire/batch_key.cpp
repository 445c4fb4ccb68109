#include "wire/batch_key.hpp"

#include "json/slice.hpp"
#include "json/write.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace rota::wire {
namespace {

void write_canonical(json_writer& out, json_value value);

void write_canonical_object(json_writer& out, json_value value) {
  std::vector<std::pair<std::string, json_value>> members;
  for (const auto& [name, member] : value.as_object())
    members.emplace_back(name, member);
  std::sort(members.begin(), members.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  out.begin_object();
  for (const auto& [name, member] : members)
    write_canonical(out.key(name), member);
  out.end_object();
}

/// Recursion is bounded by the depth limit, which was checked.
void write_canonical(json_writer& out, json_value value) {
  if (value.is_object()) {
    write_canonical_object(out, value);
  } else if (value.is_array()) {
    out.begin_array();
    for (const json_value& element : value.as_array())
      write_canonical(out, element);
    out.end_array();
  } else if (value.is_string()) {
    out.string(value.as_string());
  } else {
    out.raw(value.raw());
  }
}

} // namespace

engine::batch_mark batch_mark_of(std::string_view payload, const engine::batch_settings& batch) {
  engine::batch_mark mark;
  if (batch.key.empty())
    return mark;
  const auto value = at_pointer(json_value{payload}, batch.key);
  mark.batches = value.has_value();
  if (!value)
    return mark;
  json_writer out{mark.key};
  write_canonical(out, *value);
  return mark;
}

} // namespace rota::wire
