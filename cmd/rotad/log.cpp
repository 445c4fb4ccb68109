#include "cmd/rotad/log.hpp"

#include "json/write.hpp"
#include "wire/time_text.hpp"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace rota::daemon {
namespace {

log_format chosen_format = log_format::text;

/// Single plain words are written as they are; everything else is quoted, so that it stays on one
/// line.
std::string quoted_unless_plain(std::string_view text) {
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return c > ' ' && c < 0x7f && c != '"' && c != '=' && c != '\\';
  });
  return plain ? std::string{text} : to_json_string(text);
}

} // namespace

void set_up_log(log_format format) {
  chosen_format = format;
  auto log = spdlog::stderr_color_mt("rotad");
  if (format == log_format::json)
    log->set_pattern("%v");
  spdlog::set_default_logger(std::move(log));
}

void log_line(spdlog::level::level_enum level, std::string_view event, std::string_view sentence,
              log_fields fields) {
  if (!spdlog::should_log(level))
    return;
  const auto line = chosen_format == log_format::json
                        ? json_line(wire::wall_time_us(), level, event, sentence, fields)
                        : text_line(sentence, fields);
  spdlog::log(level, spdlog::string_view_t{line.data(), line.size()});
}

std::string text_line(std::string_view sentence, log_fields fields) {
  std::string line{sentence};
  for (const auto& field : fields) {
    line.append(" ").append(field.name).append("=");
    if (const auto* text = std::get_if<std::string_view>(&field.value))
      line += quoted_unless_plain(*text);
    else if (const auto* number = std::get_if<std::int64_t>(&field.value))
      line += std::to_string(*number);
    else
      line += std::get<log_field::raw>(field.value).json;
  }
  return line;
}

std::string json_line(std::int64_t wall_us, spdlog::level::level_enum level, std::string_view event,
                      std::string_view sentence, log_fields fields) {
  const auto name = spdlog::level::to_string_view(level);
  std::string line;
  json_writer out{line};
  out.begin_object()
      .member("at", wire::time_text(wall_us))
      .member("level", std::string_view{name.data(), name.size()})
      .member("event", event)
      .member("message", sentence);
  for (const auto& field : fields) {
    if (const auto* text = std::get_if<std::string_view>(&field.value))
      out.member(field.name, *text);
    else if (const auto* number = std::get_if<std::int64_t>(&field.value))
      out.member(field.name, *number);
    else
      out.raw_member(field.name, std::get<log_field::raw>(field.value).json);
  }
  out.end_object();
  return line;
}

} // namespace rota::daemon
