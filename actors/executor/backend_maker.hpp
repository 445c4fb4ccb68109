// Makes an executor's backend from its settings.
#pragma once
#include "actors/executor/supervisor_actor.hpp"

#include <filesystem>
#include <string>

namespace rota::actors {

struct backend_places {
  std::filesystem::path runs; ///< Root of the executors' run folders; each executor has its own.
  std::filesystem::path programs; ///< Folder of rotad and its helper programs.
};

/// Makes process, docker and slurm backends, each with its own threads.
backend_maker make_backends(backend_places places);

} // namespace rota::actors
