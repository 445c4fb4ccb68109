#include "cmd/rota/params.hpp"

#include "cmd/rota/text.hpp"

namespace rota::client {

void write_optional(json_writer& params, std::string_view name,
                    const std::optional<std::string>& text) {
  if (text)
    params.member(name, valid_utf8(*text));
}

void write_optional(json_writer& params, std::string_view name,
                    const std::optional<std::int64_t>& number) {
  if (number)
    params.member(name, *number);
}

void write_optional(json_writer& params, std::string_view name,
                    const std::optional<double>& number) {
  if (number)
    params.key(name).number(*number);
}

void write_texts(json_writer& params, std::string_view name,
                 const std::vector<std::string>& texts) {
  params.key(name).begin_array();
  for (const std::string& text : texts)
    params.string(valid_utf8(text));
  params.end_array();
}

json_array array_in(json_value result, std::string_view name) {
  return result.as_object().find(name).value_or(json_value{}).as_array();
}

} // namespace rota::client
