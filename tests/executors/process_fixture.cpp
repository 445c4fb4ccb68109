#include "tests/executors/process_fixture.hpp"

#include "system/process_identity.hpp"
#include "tests/support/eventually.hpp"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>

namespace rota::executors::process_tests {
namespace {

constexpr std::chrono::seconds patience{20};

} // namespace

process_fixture::process_fixture() { restart(); }

process_fixture::~process_fixture() {
  const auto all = backend_->list();
  if (all)
    for (const listed_attempt& seen : *all)
      if (seen.what != attempt_state::ended)
        (void)backend_->fence(seen.name);
  backend_.reset();
}

void process_fixture::restart() {
  backend_.reset();
  const std::string programs = std::filesystem::path(ROTA_SHIM_BINARY).parent_path().string();
  const std::string instance = folder_.path().filename().string();
  backend_ = make_process_executor({"process", instance, folder_.path().string(), "{}", programs});
  backend_->on_hint([this](const std::string& name) { hints.put(name); });
}

std::string process_fixture::run_path(const std::string& name, const std::string& file) const {
  return path("live/" + name + '/' + file);
}

start_order process_fixture::script(const std::string& name, const std::string& text,
                                    const std::string& members) {
  start_order order;
  order.name = name;
  order.type = "build";
  order.tenant = "acme";
  order.jobs.push_back({"job-of-" + name, R"({"n":1})", 1, std::nullopt});
  order.options = R"({"command":["/bin/sh","-c",)" + quoted(text) + ']' +
                  (members.empty() ? "" : ',' + members) + '}';
  return order;
}

started process_fixture::must_start(const start_order& order) {
  const auto result = backend_->start(order);
  INFO((result ? std::string{} : result.error().message));
  REQUIRE(result.has_value());
  return *result;
}

std::optional<attempt_state> process_fixture::state_of(const std::string& name) {
  const auto all = backend_->list();
  REQUIRE(all.has_value());
  for (const listed_attempt& seen : *all)
    if (seen.name == name)
      return seen.what;
  return std::nullopt;
}

attempt_result process_fixture::must_end(const std::string& name) {
  REQUIRE(hints.wait_for(name));
  const auto end = backend_->result(name);
  INFO((end ? std::string{} : end.error().message));
  REQUIRE(end.has_value());
  return *end;
}

std::string process_fixture::all_output(const std::string& name, output_stream stream) {
  std::string all;
  while (true) {
    const auto piece = backend_->output(name, stream, all.size(), 7);
    REQUIRE(piece.has_value());
    REQUIRE(piece->has_value());
    all += (*piece)->bytes;
    if ((*piece)->at_end)
      return all;
    REQUIRE_FALSE((*piece)->bytes.empty());
  }
}

bool soon(const std::function<bool()>& condition) { return tests::eventually(condition, patience); }

std::string quoted(const std::string& text) {
  std::string json = "\"";
  for (const char letter : text) {
    if (letter == '"' || letter == '\\')
      json += '\\';
    json += letter;
  }
  return json + '"';
}

bool lives(int pid) {
  const auto facts = system::facts_of(pid);
  return facts && !facts->is_dead;
}

} // namespace rota::executors::process_tests
