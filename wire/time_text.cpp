#include "wire/time_text.hpp"

#include <fmt/compile.h>

#include <algorithm>
#include <chrono>

namespace rota::wire {

namespace {

constexpr std::int64_t second_us = 1'000'000;
constexpr std::int64_t minute_us = 60 * second_us;
constexpr std::int64_t day_us = 24 * 60 * minute_us;

// Reads from the front of a text. After the first mismatch all reads fail.
class reader {
public:
  explicit reader(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool complete() const { return !failed_ && rest_.empty(); }

  // Reads exactly `digits` digits.
  int number(int digits) {
    int value = 0;
    for (int i = 0; i < digits; ++i) {
      if (!next_is_digit()) {
        failed_ = true;
        return 0;
      }
      value = value * 10 + (take() - '0');
    }
    return value;
  }

  bool accept(char c) {
    if (rest_.empty() || rest_.front() != c)
      return false;
    rest_.remove_prefix(1);
    return true;
  }

  void expect(char c) { failed_ = !accept(c) || failed_; }
  void expect_letter(char upper) {
    failed_ = !(accept(upper) || accept(to_lower(upper))) || failed_;
  }

  // Reads the digits after the point as microseconds; finer digits are dropped.
  int fraction_us() {
    int value = 0;
    int digits = 0;
    for (; next_is_digit(); ++digits) {
      const int digit = take() - '0';
      if (digits < 6)
        value = value * 10 + digit;
    }
    failed_ = failed_ || digits == 0;
    for (; digits < 6; ++digits)
      value *= 10;
    return value;
  }

private:
  static char to_lower(char upper) { return static_cast<char>(upper - 'A' + 'a'); }
  [[nodiscard]] bool next_is_digit() const {
    return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9';
  }
  char take() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  std::string_view rest_;
  bool failed_ = false;
};

// Reads Z, or the minutes that the local time is ahead of UTC. Returns nothing if out of range.
std::optional<int> read_offset_minutes(reader& in) {
  const bool ahead = in.accept('+');
  if (!ahead && !in.accept('-')) {
    in.expect_letter('Z');
    return 0;
  }
  const int hours = in.number(2);
  in.expect(':');
  const int minutes = in.number(2);
  if (hours > 23 || minutes > 59)
    return std::nullopt;
  return (ahead ? 1 : -1) * (hours * 60 + minutes);
}

} // namespace

std::string time_text(std::int64_t time_us, time_precision precision) {
  time_us = std::clamp<std::int64_t>(time_us, 0, time_us_max);
  const std::chrono::year_month_day date{
      std::chrono::sys_days{std::chrono::days{time_us / day_us}}};
  const std::int64_t in_day = time_us % day_us;
  auto text = fmt::format(FMT_COMPILE("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z"),
                          static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                          static_cast<unsigned>(date.day()), in_day / (60 * minute_us),
                          in_day / minute_us % 60, in_day / second_us % 60, in_day % second_us);
  if (precision == time_precision::milliseconds)
    text.erase(text.size() - 4, 3);
  return text;
}

std::int64_t wall_time_us() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

std::optional<std::int64_t> parse_time(std::string_view text) {
  reader in{text};
  const int year = in.number(4);
  in.expect('-');
  const auto month = static_cast<unsigned>(in.number(2));
  in.expect('-');
  const auto day = static_cast<unsigned>(in.number(2));
  in.expect_letter('T');
  const int hour = in.number(2);
  in.expect(':');
  const int minute = in.number(2);
  in.expect(':');
  const int second = in.number(2);
  const int fraction = in.accept('.') ? in.fraction_us() : 0;
  const std::optional<int> offset = read_offset_minutes(in);
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month},
                                         std::chrono::day{day}};
  if (!in.complete() || !offset || !date.ok() || hour > 23 || minute > 59 || second > 60)
    return std::nullopt;
  const std::int64_t days = std::chrono::sys_days{date}.time_since_epoch().count();
  const std::int64_t within_minute = second == 60 ? minute_us - 1 : second * second_us + fraction;
  const std::int64_t time_us =
      days * day_us + (hour * 60 + minute - *offset) * minute_us + within_minute;
  if (time_us > time_us_max)
    return std::nullopt;
  return std::max<std::int64_t>(time_us, 0);
}

} // namespace rota::wire
