// The format of the files in a run folder: named byte strings, simple to read and write.
//
//   NAME LENGTH\nBYTES\n   as often as there are fields, then   end 0\n\n
//
// A text without its end was truncated by a power cut and counts as never written.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rota::run_folder {

struct field {
  std::string_view name; ///< Of [a-z_].
  std::string_view bytes;

  /// Returns the bytes as a decimal number; 0 if they are none.
  [[nodiscard]] std::int64_t number() const;
};

/// Returns the fields in their order, as views into `text`; nothing if it is incomplete.
[[nodiscard]] std::optional<std::vector<field>> fields_of(std::string_view text);

class field_writer {
public:
  field_writer& add(std::string_view name, std::string_view bytes);
  field_writer& add_number(std::string_view name, std::int64_t number);
  /// Ends and returns the text; the writer is empty afterwards.
  [[nodiscard]] std::string finish();

private:
  std::string text_;
};

} // namespace rota::run_folder
