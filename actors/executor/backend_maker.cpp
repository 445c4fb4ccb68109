#include "actors/executor/backend_maker.hpp"

#include "executors/docker/docker_executor.hpp"
#include "executors/process/process_executor.hpp"
#include "executors/simulated/simulated_executor.hpp"
#include "executors/slurm/slurm_executor.hpp"

#include <algorithm>
#include <fstream>
#include <random>
#include <system_error>
#include <thread>

namespace rota::actors {
namespace {

using made = boost::system::result<executor_backend, std::string>;

/// Enough for several slow calls at once; most are short.
constexpr std::size_t calls_at_a_time = 8;

/// Remote starts mostly wait. Local starts use this machine's CPU: more at a time are no faster and
/// would delay the ends of running attempts (16 on 2 cores: ten times as long).
std::size_t starts_at_a_time(const std::string& kind) {
  constexpr std::size_t at_most = 16;
  constexpr std::size_t at_least = 4; // a start that hangs delays no other
  const std::size_t here = 2 * std::size_t{std::thread::hardware_concurrency()};
  return kind == "process" ? std::clamp(here, at_least, at_most) : at_most;
}

std::string random_name() {
  constexpr std::string_view digits = "0123456789abcdefghijklmnopqrstuvwxyz";
  std::random_device source;
  std::string name;
  for (int i = 0; i < 12; ++i)
    name += digits[source() % digits.size()];
  return name;
}

/// Distinguishes the attempts of this data folder from those of others in the same backend.
std::string instance_in(const std::filesystem::path& runs) {
  const auto path = runs / "instance";
  std::string name;
  if (std::ifstream in{path}; in >> name)
    return name;
  name = random_name();
  std::ofstream{path} << name << std::flush;
  return name;
}

std::unique_ptr<executors::executor> make(const std::string& kind,
                                          const executors::executor_setup& place) {
  if (kind == "process")
    return executors::make_process_executor(place);
  if (kind == "docker")
    return executors::make_docker_executor(place);
  if (kind == "slurm")
    return executors::make_slurm_executor(place);
  if (kind == "simulated")
    return executors::make_simulated_executor(place);
  return nullptr;
}

made make_backend(const backend_places& places, const std::string& name,
                  const engine::executor_settings& settings) {
  executors::executor_setup place;
  place.name = name;
  place.folder = (places.runs / name).string();
  place.options = settings.options;
  place.programs = places.programs.string();
  std::error_code failure;
  std::filesystem::create_directories(place.folder, failure);
  if (failure)
    return "cannot create " + place.folder + ": " + failure.message();
  place.instance = instance_in(places.runs);
  auto executor = make(settings.kind, place);
  if (!executor)
    return "unknown kind of executor \"" + settings.kind + '"';
  return executor_backend{
      std::move(executor),
      std::make_shared<backend_calls>(starts_at_a_time(settings.kind), "starts"),
      std::make_shared<backend_calls>(calls_at_a_time)};
}

} // namespace

backend_maker make_backends(backend_places places) {
  return [places = std::move(places)](const std::string& name,
                                      const engine::executor_settings& settings) {
    return make_backend(places, name, settings);
  };
}

} // namespace rota::actors
