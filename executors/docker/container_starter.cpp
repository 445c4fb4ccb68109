#include "executors/docker/container_starter.hpp"

#include "executors/docker/container_spec.hpp"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

namespace rota::executors::docker {
namespace {

constexpr std::chrono::seconds start_time{50};
constexpr int tries_max = 3;

bool has_any(const std::string& text, std::initializer_list<std::string_view> parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [&](std::string_view part) { return text.find(part) != std::string::npos; });
}

/// Returns whether the request can never succeed. Docker has status codes for that; podman answers
/// 500 to everything, and only its message identifies the cause.
bool is_refusal(const api_failure& failure) {
  if (failure.status == 400 || failure.status == 404)
    return true;
  return failure.status >= 500 &&
         has_any(failure.message,
                 {"invalid ", "network not found", "no such image", "must be an absolute path",
                  "attempted to invoke a command that was not found", "executable file not found",
                  "OCI permission denied", "argument list too long", "unable to set memory limit",
                  "incorrect volume format"});
}

/// 409 is Docker's status, 500 podman's.
bool is_taken(const api_failure& failure) {
  return failure.status == 409 ||
         (failure.status >= 500 && has_any(failure.message, {"already in use"}));
}

} // namespace

struct container_starter::task {
  const start_order& order;
  const attempt_options& options;
  std::vector<std::string> words;
  std::string container;
  deadline until;
  int tries = 0;
};

std::string container_name(const std::string& instance, const std::string& attempt) {
  return instance + "-" + attempt;
}

container_starter::container_starter(engine_api& api, run_folders& folders, process_watch& watch,
                                     std::string instance, std::string executor)
    : api_(api),
      folders_(folders),
      watch_(watch),
      instance_(std::move(instance)),
      executor_(std::move(executor)) {}

start_result
container_starter::start(const start_order& order,
                         const std::function<void(const std::string& name)>& prepared) {
  const auto options = read_options(order.options);
  if (!options)
    return refusal(options.error());
  if (options->image.empty())
    return refusal("the type's executor settings have no image");
  const auto runs = runs_of(order, *options);
  if (runs.size() > 1)
    return refusal("containers do not support \"batch\": \"loop\"; use \"envelope\"");
  const command_run& run = runs.front();
  auto words = filled_words(options->command, run.input);
  if (!words)
    return refusal(words.error());
  if (!is_attempt_name(order.name) || folders_.is_retired(order.name))
    return temporary_failure("the attempt " + order.name + " is over");
  const auto is_new = folders_.prepare(order.name, run, options->limits.output_bytes);
  if (!is_new)
    return temporary_failure(is_new.error().message);
  prepared(order.name);
  task what{order, *options, std::move(*words), container_name(instance_, order.name),
            std::chrono::steady_clock::now() + start_time};
  return *is_new ? create(what) : resume(what);
}

/// Continues after an earlier start.
start_result container_starter::resume(task& what) {
  const auto facts = api_.inspect(what.container, what.until);
  if (facts)
    return resume_with(what, *facts);
  if (!facts.error().is_unknown())
    return temporary_failure(facts.error().text());
  if (folders_.is_fenced(what.order.name))
    return temporary_failure("the attempt " + what.order.name + " is fenced");
  // It ran, and its container was removed: list() will not report it.
  if (folders_.claim_of(what.order.name) != claim_state::unclaimed)
    return started{{}, folders_.claimed_at(what.order.name).value_or(engine::time_point{})};
  return create(what);
}

start_result container_starter::resume_with(task& what, const container_facts& facts) {
  if (folders_.claim_of(what.order.name) == claim_state::unclaimed) {
    if (facts.state == container_state::created)
      return start_container(what);
    if (facts.state == container_state::removing)
      return recreate(what, "the container " + what.container + " is being removed");
  }
  return started_as(what, facts);
}

start_result container_starter::create(task& what) {
  const auto image = api_.image(what.options.image, what.until);
  if (!image)
    return fail(what, image.error());
  container_spec spec{instance_, executor_, folders_.io_folder(what.order.name),
                      full_command(*image, what.words)};
  if (spec.words.empty())
    return refuse(what, "neither the type's executor settings nor the image have a command");
  const auto id =
      api_.create(what.container, create_body(spec, what.order, what.options), what.until);
  if (id)
    return start_container(what);
  if (is_taken(id.error())) {
    const auto facts = api_.inspect(what.container, what.until);
    if (facts)
      return resume_with(what, *facts);
    // podman keeps the name of a container that it was creating when it was killed.
    return facts.error().is_unknown() ? recreate(what, id.error().message)
                                      : start_result{temporary_failure(facts.error().text())};
  }
  return fail(what, id.error());
}

start_result container_starter::start_container(task& what) {
  if (const auto marked = folders_.record_start_request(what.order.name); !marked)
    return temporary_failure(marked.error().message);
  // A fence after this check finds the container, or has the claim.
  if (folders_.is_fenced(what.order.name)) {
    (void)api_.remove(what.container, what.until); // remove() repeats it
    return temporary_failure("the attempt " + what.order.name + " is fenced");
  }
  const auto answer = api_.start(what.container, what.until);
  if (!answer)
    return handle_start_error(what, answer.error());
  const auto facts = api_.inspect(what.container, what.until);
  if (!facts)
    return temporary_failure(facts.error().text());
  return started_as(what, *facts);
}

/// A start failed, but the container may run nevertheless.
start_result container_starter::handle_start_error(task& what, const api_failure& failure) {
  if (failure.status == 0)
    return temporary_failure(failure.text());
  const auto facts = api_.inspect(what.container, what.until);
  if (!facts)
    return temporary_failure(facts.error().text());
  if (facts->state != container_state::created ||
      folders_.claim_of(what.order.name) != claim_state::unclaimed)
    return resume_with(what, *facts);
  // An engine that was killed while it created or started the container can report any error, even
  // that the command is missing: only the failure of a new container counts.
  if (what.tries == 0)
    return recreate(what, failure.message);
  return fail(what, failure);
}

/// Removes a container that never ran, and starts again.
start_result container_starter::recreate(task& what, const std::string& why) {
  if (++what.tries == tries_max)
    return temporary_failure(why);
  const auto removed = api_.remove(what.container, what.until);
  if (!removed && !removed.error().is_unknown())
    return temporary_failure(removed.error().text());
  if (folders_.claim_of(what.order.name) != claim_state::unclaimed)
    return temporary_failure("the attempt " + what.order.name +
                             " was running when it was to be removed");
  return create(what);
}

start_result container_starter::fail(const task& what, const api_failure& failure) {
  return is_refusal(failure) ? refuse(what, failure.message)
                             : start_result{temporary_failure(failure.text())};
}

start_result container_starter::refuse(const task& what, std::string why) {
  // If this fails, list() finds it, and it is removed then.
  (void)api_.remove(what.container, what.until);
  if (!folders_.is_fenced(what.order.name))
    folders_.drop(what.order.name);
  return refusal(std::move(why));
}

start_result container_starter::started_as(const task& what, const container_facts& facts) {
  if (facts.state == container_state::running)
    watch_.record(what.order.name, facts.pid);
  const auto at = facts.started ? facts.started : folders_.claimed_at(what.order.name);
  return started{facts.id, at.value_or(engine::time_point{})};
}

} // namespace rota::executors::docker
