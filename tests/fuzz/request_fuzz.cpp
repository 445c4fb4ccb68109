#include "json/check.hpp"
#include "json/slice.hpp"
#include "wire/rpc.hpp"
#include "wire/time_text.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

// Feeds one line to everything that reads a request before its method is known: the JSON checker,
// the walk over values (also over unchecked text, within which it must stay), pointers, times and
// the envelope. Aborts if a part of a checked text is not valid JSON itself.

using namespace rota;
using namespace rota::wire;

namespace {

void require(bool holds) {
  if (!holds)
    std::abort();
}

std::size_t walk(json_value value, bool checked, int depth) {
  std::size_t values = 1;
  if (depth > 64)
    return values;
  std::string scratch;
  if (checked)
    require(!value.raw().empty());
  values += value.as_string(scratch).size() + value.as_string().size();
  values += value.as_int64() || value.as_double() || value.as_bool() ? 1 : 0;
  if (value.is_string())
    values += parse_time(value.as_string()).has_value() ? 1 : 0;
  for (const json_value element : value.as_array())
    values += walk(element, checked, depth + 1);
  for (const auto& [name, member] : value.as_object())
    values += name.size() + walk(member, checked, depth + 1);
  return values;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  json_checker checker;
  const bool checked = !checker.check(text).has_value();
  const json_value value{text};
  walk(value, checked, 0);
  if (checked) {
    for (const auto& [name, member] : value.as_object())
      require(!checker.check(member.raw()));
    for (const json_value element : value.as_array())
      require(!checker.check(element.raw()));
  }
  const std::string_view pointer = std::string_view{text}.substr(0, text.find('\n'));
  if (const auto found = at_pointer(value, pointer))
    require(found->raw().size() <= text.size());

  const rpc_line line = read_rpc(text, checker);
  require(!line.elements.empty());
  for (const rpc_element& element : line.elements) {
    std::string answer;
    if (const auto* request = std::get_if<rpc_request>(&element)) {
      require(request->params.is_object());
      write_result(answer, request->id_raw.empty() ? "null" : request->id_raw, "{}");
    } else {
      const auto& refusal = std::get<rpc_refusal>(element);
      write_failure(answer, refusal.id_raw, refusal.failure);
    }
    require(!checker.check(answer));
  }
  return 0;
}
