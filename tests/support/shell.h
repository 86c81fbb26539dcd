#pragma once

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <string>

namespace stip::test {

struct ShellResult {
  int code;          ///< exit code; 128 + signal if it was ended by one
  std::string text;  ///< standard output and error
};

/// Runs a shell command in a folder.
inline ShellResult run_shell(const std::string& folder, const std::string& command) {
  FILE* pipe = popen(("cd '" + folder + "' && { " + command + "\n} 2>&1").c_str(), "r");
  ShellResult result{-1, ""};
  std::array<char, 4096> part{};
  while (const std::size_t size = fread(part.data(), 1, part.size(), pipe)) {
    result.text.append(part.data(), size);
  }
  const int status = pclose(pipe);
  result.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

}  // namespace stip::test
