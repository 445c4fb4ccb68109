#include "executors/process/run_folder/fields.hpp"

#include <charconv>
#include <utility>

namespace rota::run_folder {
namespace {

std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return number;
}

/// Removes the first field from `text`. Returns nothing if it is incomplete.
std::optional<field> take_field(std::string_view& text) {
  const std::size_t space = text.find(' ');
  const std::size_t line_end = text.find('\n');
  if (line_end == std::string_view::npos || space > line_end)
    return std::nullopt;
  const auto length = number_of(text.substr(space + 1, line_end - space - 1));
  const std::size_t left = text.size() - line_end - 1;
  if (!length || *length < 0 || static_cast<std::size_t>(*length) >= left)
    return std::nullopt;
  const field taken{text.substr(0, space),
                    text.substr(line_end + 1, static_cast<std::size_t>(*length))};
  text.remove_prefix(line_end + 1 + taken.bytes.size());
  if (text.front() != '\n')
    return std::nullopt;
  text.remove_prefix(1);
  return taken;
}

} // namespace

std::int64_t field::number() const { return number_of(bytes).value_or(0); }

std::optional<std::vector<field>> fields_of(std::string_view text) {
  std::vector<field> fields;
  while (const auto next = take_field(text)) {
    if (next->name == "end")
      return fields;
    fields.push_back(*next);
  }
  return std::nullopt;
}

field_writer& field_writer::add(std::string_view name, std::string_view bytes) {
  text_.append(name).append(" ").append(std::to_string(bytes.size())).append("\n");
  text_.append(bytes).append("\n");
  return *this;
}

field_writer& field_writer::add_number(std::string_view name, std::int64_t number) {
  return add(name, std::to_string(number));
}

std::string field_writer::finish() {
  add("end", {});
  return std::exchange(text_, {});
}

} // namespace rota::run_folder
