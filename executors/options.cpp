#include "executors/options.hpp"

#include "json/slice.hpp"
#include "json/write.hpp"

#include <algorithm>
#include <string_view>

namespace rota::executors {
namespace {

constexpr std::size_t checkpoint_bytes_max = 65'536;

std::vector<std::string> texts_of(json_value list) {
  std::vector<std::string> texts;
  for (const json_value text : list.as_array())
    texts.push_back(text.as_string());
  return texts;
}

std::optional<std::uint64_t> count_of(json_value value) {
  const auto number = value.as_int64();
  return number && *number > 0 ? std::optional{static_cast<std::uint64_t>(*number)} : std::nullopt;
}

attempt_limits limits_of(json_value object) {
  attempt_limits limits;
  for (const auto& [name, value] : object.as_object()) {
    if (name == "memory_bytes")
      limits.memory_bytes = count_of(value);
    else if (name == "cpus")
      limits.cpus = value.as_double();
    else if (name == "pids")
      limits.pids = count_of(value);
    else if (name == "open_files")
      limits.open_files = count_of(value);
    else if (name == "output_bytes")
      limits.output_bytes = count_of(value).value_or(limits.output_bytes);
  }
  return limits;
}

void read_option(attempt_options& options, std::string_view name, json_value value) {
  if (name == "command")
    options.command = texts_of(value);
  else if (name == "env")
    for (const auto& [variable, text] : value.as_object())
      options.env.emplace_back(variable, text.as_string());
  else if (name == "cwd")
    options.cwd = value.as_string();
  else if (name == "limits")
    options.limits = limits_of(value);
  else if (name == "grace_ms")
    options.grace = engine::milliseconds{value.as_int64().value_or(10'000)};
  else if (name == "image")
    options.image = value.as_string();
  else if (name == "network")
    options.network = value.as_string();
  else if (name == "mounts")
    options.mounts = texts_of(value);
  else if (name == "partition")
    options.partition = value.as_string();
  else if (name == "batch")
    options.batch = value.as_string() == "loop" ? batch_form::loop : batch_form::envelope;
}

/// Returns the pointer if `text` begins with {} or {/...}.
std::optional<std::string_view> placeholder_at(std::string_view text) {
  const std::size_t end = text.find('}');
  if (text.empty() || text.front() != '{' || end == std::string_view::npos)
    return std::nullopt;
  const std::string_view pointer = text.substr(1, end - 1);
  if (!pointer.empty() && pointer.front() != '/')
    return std::nullopt;
  return pointer;
}

/// Appends `word` with its placeholders filled in. Returns the first pointer that leads nowhere, if
/// any.
std::optional<std::string_view> append_filled(std::string_view word, json_value payload,
                                              std::string& filled) {
  while (!word.empty()) {
    const auto pointer = placeholder_at(word);
    if (!pointer) {
      filled += word.front();
      word.remove_prefix(1);
      continue;
    }
    const auto value = at_pointer(payload, *pointer);
    if (!value)
      return pointer;
    const bool as_text = !pointer->empty() && value->is_string();
    filled += as_text ? value->as_string() : std::string(value->raw());
    word.remove_prefix(pointer->size() + 2);
  }
  return std::nullopt;
}

/// Returns the pointer if the whole word is a placeholder for the strings of an array.
std::optional<std::string_view> list_placeholder(std::string_view word) {
  const auto pointer = placeholder_at(word);
  if (!pointer || pointer->size() < 2 || pointer->back() != '*' ||
      pointer->size() + 2 != word.size())
    return std::nullopt;
  return pointer->substr(0, pointer->size() - 1);
}

/// Appends the strings of an array as words. Returns false if the value is anything else.
bool append_list(std::optional<json_value> list, std::vector<std::string>& filled) {
  if (!list || !list->is_array())
    return false;
  for (const json_value word : list->as_array()) {
    if (!word.is_string())
      return false;
    filled.push_back(word.as_string());
  }
  return true;
}

/// Appends what one word becomes. Returns what is wrong, if anything.
std::optional<std::string> append_word(const std::string& word, json_value payload,
                                       std::vector<std::string>& filled) {
  if (const auto list = list_placeholder(word)) {
    if (append_list(at_pointer(payload, *list), filled))
      return std::nullopt;
    return "the payload has no array of strings at " + std::string(*list);
  }
  if (const auto missing = append_filled(word, payload, filled.emplace_back()))
    return "the payload has no member " + std::string(*missing);
  return std::nullopt;
}

std::string envelope_of(const start_order& order) {
  std::string text;
  json_writer out{text};
  out.begin_object().key("jobs").begin_array();
  for (const auto& job : order.jobs) {
    out.begin_object().member("id", job.id).raw_member("payload", job.payload);
    out.member("attempt", static_cast<std::int64_t>(job.attempt));
    if (job.checkpoint)
      out.raw_member("checkpoint", *job.checkpoint);
    if (job.trace)
      out.member("traceparent", job.trace->parent);
    if (job.trace && !job.trace->state.empty())
      out.member("tracestate", job.trace->state);
    out.end_object();
  }
  out.end_array().end_object();
  return text;
}

bool has_zero(const std::string& word) { return word.find('\0') != std::string::npos; }

} // namespace

boost::system::result<attempt_options, std::string> read_options(const std::string& json) {
  attempt_options options;
  const std::string_view text = json.empty() ? std::string_view{"{}"} : std::string_view{json};
  for (const auto& [name, value] : json_value{text}.as_object())
    if (!value.is_null())
      read_option(options, name, value);
  if (options.command.empty() && options.image.empty())
    return std::string("the type's executor settings have no command");
  return options;
}

boost::system::result<std::vector<std::string>, std::string>
filled_words(const std::vector<std::string>& words, std::string_view payload) {
  std::vector<std::string> filled;
  for (const std::string& word : words)
    if (auto wrong = append_word(word, json_value{payload}, filled))
      return {boost::system::in_place_error, std::move(*wrong)};
  if (std::any_of(filled.begin(), filled.end(), has_zero))
    return std::string("the payload contains a NUL character, which is not allowed in an argument");
  if (!words.empty() && (filled.empty() || filled.front().empty()))
    return std::string("the name of the command is empty");
  return filled;
}

std::vector<std::pair<std::string, std::string>> job_environment(const start_order& order,
                                                                 const attempt_job* job) {
  std::vector<std::pair<std::string, std::string>> environment{
      {"ROTA_TENANT", order.tenant}, {"ROTA_TYPE", order.type}, {"ROTA_ATTEMPT", order.name}};
  if (job == nullptr)
    return environment;
  environment.emplace_back("ROTA_JOB", job->id);
  environment.emplace_back("ROTA_ATTEMPT_NUMBER", std::to_string(job->attempt));
  if (job->checkpoint && job->checkpoint->size() <= checkpoint_bytes_max)
    environment.emplace_back("ROTA_CHECKPOINT", *job->checkpoint);
  if (job->trace)
    environment.emplace_back("TRACEPARENT", job->trace->parent);
  if (job->trace && !job->trace->state.empty())
    environment.emplace_back("TRACESTATE", job->trace->state);
  return environment;
}

bool is_envelope(const start_order& order, const attempt_options& options) {
  return order.takes_batches && options.batch == batch_form::envelope;
}

std::vector<command_run> runs_of(const start_order& order, const attempt_options& options) {
  std::vector<command_run> runs;
  if (is_envelope(order, options))
    runs.push_back({nullptr, envelope_of(order)});
  else
    for (const attempt_job& job : order.jobs)
      runs.push_back({&job, job.payload});
  return runs;
}

} // namespace rota::executors
