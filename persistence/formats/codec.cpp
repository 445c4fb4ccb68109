#include "persistence/formats/codec_values.hpp"

namespace rota::persistence {

const engine::job_spec& plain_spec() {
  static const engine::job_spec plain{
      .payload = "null",
      .priority = 0,
      .key = {},
      .not_before = {},
      .concurrency_key = {},
      .cost = engine::micro::of(1),
      .slots = engine::micro::of(1),
      .batch_key = {},
      .batches = true,
      .max_attempts = {},
      .timeout = {},
      .lease = {},
      .trace = {},
  };
  return plain;
}

const engine::job_record& plain_record() {
  static const engine::job_record plain{
      .number = {0},
      .spec = plain_spec(),
      .state = engine::job_state::ready,
      .delayed_by = engine::delay_reason::none,
      .counts = {0, 0, 0, 0},
      .created = {},
      .ready_since = {},
      .started = {},
      .finished = {},
      .first_deferred = {},
      .attempt = {},
      .worker = {},
      .error = {},
      .result = {},
      .checkpoint = {},
      .cancel_requested = false,
      .batch_limit = 0,
      .execution = {},
  };
  return plain;
}

} // namespace rota::persistence
