#include "executors/docker/engine_text.hpp"

#include "json/check.hpp"
#include "json/slice.hpp"

#include <array>
#include <charconv>
#include <chrono>

namespace rota::executors::docker {
namespace {

/// Returns the value of an external text if it is JSON. Duplicate members are harmless here.
std::optional<json_value> checked(const std::string& body) {
  const auto error = check_json(body);
  if (error && error->kind != json_error_kind::duplicate)
    return std::nullopt;
  return json_value{body};
}

json_value member(json_value object, std::string_view name) {
  return object.as_object().find(name).value_or(json_value{});
}
std::string text(json_value object, std::string_view name) {
  return member(object, name).as_string();
}
int number(json_value object, std::string_view name) {
  return static_cast<int>(member(object, name).as_int64().value_or(0));
}

std::vector<std::string> texts(json_value list) {
  std::vector<std::string> all;
  for (const json_value each : list.as_array())
    all.push_back(each.as_string());
  return all;
}

/// States of Docker and podman; anything neither waiting nor ended counts as running.
container_state state_of(std::string_view word) {
  if (word == "created" || word == "initialized" || word == "configured")
    return container_state::created;
  if (word == "exited" || word == "dead" || word == "stopped")
    return container_state::ended;
  if (word == "removing")
    return container_state::removing;
  return container_state::running;
}

container_row row_of(json_value object) {
  container_row row;
  row.id = text(object, "Id");
  row.state = state_of(text(object, "State"));
  row.attempt = text(member(object, "Labels"), "rota.attempt");
  for (const json_value name : member(object, "Names").as_array()) {
    row.container = name.as_string();
    if (row.container.starts_with('/'))
      row.container.erase(0, 1);
    break;
  }
  return row;
}

/// Removes a number of exactly `digits` digits from the start of `text`.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits)
    return std::nullopt;
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + digits, value);
  if (error != std::errc{} || end != text.data() + digits || value < 0)
    return std::nullopt;
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char what) {
  if (text.empty() || text.front() != what)
    return false;
  text.remove_prefix(1);
  return true;
}

/// Removes ".123456789" from the start of `text`, if present.
std::chrono::microseconds take_fraction(std::string_view& text) {
  std::chrono::microseconds fraction{0};
  if (!take(text, '.'))
    return fraction;
  for (std::int64_t worth = 100'000; !text.empty() && text[0] >= '0' && text[0] <= '9';
       worth /= 10) {
    fraction += std::chrono::microseconds{worth * (text[0] - '0')};
    text.remove_prefix(1);
  }
  return fraction;
}

/// Reads the end of a time: "Z" or "+hh:mm".
std::optional<std::chrono::minutes> read_offset(std::string_view text) {
  if (text == "Z")
    return std::chrono::minutes{0};
  const bool behind = take(text, '-');
  if (!behind && !take(text, '+'))
    return std::nullopt;
  const auto hours = take_number(text, 2);
  if (!hours || !take(text, ':'))
    return std::nullopt;
  const auto minutes = take_number(text, 2);
  if (!minutes || !text.empty())
    return std::nullopt;
  const std::chrono::minutes offset{*hours * 60 + *minutes};
  return behind ? -offset : offset;
}

/// Removes numbers separated by `between` from the start of `text`.
template <std::size_t count>
std::optional<std::array<int, count>> take_numbers(std::string_view& text, std::size_t first_digits,
                                                   char between) {
  std::array<int, count> numbers{};
  for (std::size_t at = 0; at < count; ++at) {
    const auto value = at > 0 && !take(text, between)
                           ? std::nullopt
                           : take_number(text, at == 0 ? first_digits : 2);
    if (!value)
      return std::nullopt;
    numbers.at(at) = *value;
  }
  return numbers;
}

} // namespace

std::optional<container_facts> read_container(const std::string& body) {
  const auto object = checked(body);
  if (!object || !member(*object, "State").is_object())
    return std::nullopt;
  const json_value state = member(*object, "State");
  container_facts facts;
  facts.id = text(*object, "Id");
  facts.state = state_of(text(state, "Status"));
  facts.pid = number(state, "Pid");
  facts.exit_code = number(state, "ExitCode");
  facts.out_of_memory = member(state, "OOMKilled").as_bool().value_or(false);
  facts.error = text(state, "Error");
  facts.started = read_time(text(state, "StartedAt"));
  facts.finished = read_time(text(state, "FinishedAt"));
  return facts;
}

std::optional<std::vector<container_row>> read_list(const std::string& body) {
  const auto list = checked(body);
  if (!list || !list->is_array())
    return std::nullopt;
  std::vector<container_row> rows;
  for (const json_value object : list->as_array())
    rows.push_back(row_of(object));
  return rows;
}

std::optional<image_facts> read_image(const std::string& body) {
  const auto object = checked(body);
  if (!object || !object->is_object())
    return std::nullopt;
  const json_value config = member(*object, "Config");
  return image_facts{texts(member(config, "Entrypoint")), texts(member(config, "Cmd"))};
}

std::optional<double> read_processors(const std::string& body) {
  const auto object = checked(body);
  return object ? member(*object, "NCPU").as_double() : std::nullopt;
}

std::optional<std::string> read_id(const std::string& body) {
  const auto object = checked(body);
  const std::string id = object ? text(*object, "Id") : std::string{};
  return id.empty() ? std::nullopt : std::optional{id};
}

std::optional<std::string> read_death(const std::string& event) {
  const auto object = checked(event);
  // "die" is Docker's name, "died" podman's.
  if (!object || !text(*object, "Action").starts_with("die"))
    return std::nullopt;
  return text(member(member(*object, "Actor"), "Attributes"), "rota.attempt");
}

std::string read_error(const std::string& body) {
  const auto object = checked(body);
  std::string message = object ? text(*object, "message") : std::string{};
  if (message.empty())
    message = body.substr(0, 200);
  while (!message.empty() && message.back() == '\n')
    message.pop_back();
  return message;
}

std::optional<engine::time_point> read_time(std::string_view text) {
  const auto date = take_numbers<3>(text, 4, '-');
  if (!date || (*date)[0] < 1970 || !take(text, 'T'))
    return std::nullopt;
  const auto clock = take_numbers<3>(text, 2, ':');
  if (!clock)
    return std::nullopt;
  const auto fraction = take_fraction(text);
  const auto offset = read_offset(text);
  const std::chrono::year_month_day day{std::chrono::year{(*date)[0]},
                                        std::chrono::month(static_cast<unsigned>((*date)[1])),
                                        std::chrono::day(static_cast<unsigned>((*date)[2]))};
  if (!offset || !day.ok())
    return std::nullopt;
  const auto since_epoch = std::chrono::sys_days{day}.time_since_epoch() +
                           std::chrono::hours{(*clock)[0]} + std::chrono::minutes{(*clock)[1]} +
                           std::chrono::seconds{(*clock)[2]} - *offset;
  return engine::time_point{since_epoch + fraction};
}

std::string url_escaped(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                     "0123456789-._~/:";
  std::string escaped;
  for (const char letter : text) {
    if (plain.find(letter) != std::string_view::npos) {
      escaped += letter;
      continue;
    }
    const auto byte = static_cast<unsigned char>(letter);
    escaped += {'%', digits[byte >> 4], digits[byte & 15]};
  }
  return escaped;
}

} // namespace rota::executors::docker
