// The daemon's log on stderr: one line per event, as text for people or as JSON for programs.
#pragma once
#include <spdlog/common.h>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace rota::daemon {

enum class log_format : std::uint8_t { text, json };

/// A fact beside the sentence: an id, a name, a number. Any text is allowed; JSON texts must be
/// marked.
struct log_field {
  struct raw {
    std::string_view json;
  };
  std::string_view name;
  std::variant<std::string_view, std::int64_t, raw> value;
};
using log_fields = std::initializer_list<log_field>;

/// Must be called once, before the first line.
void set_up_log(log_format format);

/// `event` identifies the kind of event for programs ("storage_failed"); `sentence` describes it
/// for people. Thread-safe.
void log_line(spdlog::level::level_enum level, std::string_view event, std::string_view sentence,
              log_fields fields = {});

/// Returns the line as it is written in text format, without the time, which spdlog adds, and
/// without a line end.
std::string text_line(std::string_view sentence, log_fields fields);
/// Returns {"at", "level", "event", "message", and the fields}.
std::string json_line(std::int64_t wall_us, spdlog::level::level_enum level, std::string_view event,
                      std::string_view sentence, log_fields fields);

} // namespace rota::daemon
