// Requests and answers of the HTTP port, independent of the transport.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace rota::daemon {

/// The target of a GET, split and decoded.
struct http_query {
  std::string path;
  std::map<std::string, std::string> params;
};

struct http_answer {
  unsigned status = 200;
  std::string_view type = "text/plain; charset=utf-8"; ///< Must be a constant.
  std::string body;
};

/// Accepts the answer. Called on the io thread, at once or later, at most once.
using http_responder = std::function<void(http_answer)>;

/// Returns a sentence for people as a line of text.
inline http_answer text_answer(unsigned status, std::string sentence) {
  sentence += '\n';
  return {status, "text/plain; charset=utf-8", std::move(sentence)};
}

} // namespace rota::daemon
