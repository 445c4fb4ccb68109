// Converts the output of a job to text that JSON can hold.
#pragma once
#include <string>
#include <string_view>

namespace rota::wire {

[[nodiscard]] bool is_utf8(std::string_view text);
[[nodiscard]] std::string base64(std::string_view data);

} // namespace rota::wire
