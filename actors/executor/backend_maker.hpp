// From an executor's settings to its backend.
#pragma once
#include "actors/executor/foreman_actor.hpp"

#include <filesystem>
#include <string>

namespace rota::actors {

struct backend_places {
  std::filesystem::path runs;     ///< Where executors keep what they run; a folder for each.
  std::filesystem::path programs; ///< Where rotad and its helper programs are.
};

/// Makes process, docker and slurm backends, each with threads of its own.
backend_maker make_backends(backend_places places);

} // namespace rota::actors
