// Makes a shim's order from a start order.
#pragma once
#include "executors/executor.hpp"
#include "executors/process/run_folder/records.hpp"

#include <string>
#include <vector>

namespace rota::executors {

struct shim_order {
  run_folder::order order;
  std::vector<std::string> inputs; ///< One for each run.
};

/// Every process of an attempt has this variable, with the path of its run folder.
inline constexpr const char* run_folder_variable = "ROTA_RUN_FOLDER";

/// Returns the order, or why these jobs can never run. `instance` distinguishes the daemons of one
/// machine.
[[nodiscard]] boost::system::result<shim_order, std::string>
make_shim_order(const start_order& order, const std::string& instance, const std::string& folder);

} // namespace rota::executors
