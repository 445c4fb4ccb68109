// Finds the processes of a test.
#pragma once
#include <sys/types.h>

#include <string>
#include <vector>

namespace rota::tests {

/// Processes whose command line contains `word`.
std::vector<pid_t> processes_with(const std::string& word);
/// Processes whose environment contains the attempt's name.
std::vector<pid_t> processes_of(const std::string& attempt);

} // namespace rota::tests
