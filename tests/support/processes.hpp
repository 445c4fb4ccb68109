// Which processes of the machine are ours.
#pragma once
#include <sys/types.h>

#include <string>
#include <vector>

namespace rota::tests {

/// Those whose command line holds `word`.
std::vector<pid_t> processes_with(const std::string& word);
/// Those that have the attempt's name in their environment.
std::vector<pid_t> processes_of(const std::string& attempt);

} // namespace rota::tests
