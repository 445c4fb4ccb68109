#include "cmd/rotad/translate.hpp"

#include "wire/batch_key.hpp"
#include "wire/requests_jobs.hpp"
#include "wire/requests_leases.hpp"
#include "wire/requests_operations.hpp"
#include "wire/requests_settings.hpp"

#include <charconv>
#include <utility>

namespace rota::daemon {
namespace {

using namespace actors;
using protocol::decoded;
using protocol::method;

/// Decodes, then makes the command; or says what is wrong with the params.
template <class Request, class Make>
translated from(decoded<Request> request, Make&& make) {
  if (!request)
    return protocol::invalid_params(request.error().path, request.error().reason);
  return translated{command{make(std::move(*request))}};
}

// -- jobs -----------------------------------------------------------------------------------------

/// Batching settings by type for one request, each looked up once.
class batching_cache {
public:
  explicit batching_cache(const settings_board& board) : board_(board) {}
  const std::optional<engine::batch_settings>& of(const std::string& type) {
    if (type_ != type || type_.empty()) {
      type_ = type;
      batching_ = board_.batching_of(type);
    }
    return batching_;
  }

private:
  const settings_board& board_;
  std::string type_;
  std::optional<engine::batch_settings> batching_;
};

/// When the job may run, on the engine's axis; nothing when at once.
std::optional<engine::time_point> start_of(const protocol::push_job& job, moment at) {
  if (job.delay)
    return job.delay->count() > 0 ? std::optional{at.now + *job.delay} : std::nullopt;
  if (!job.not_before_us || *job.not_before_us <= at.wall_us)
    return std::nullopt;
  return at.now + engine::duration{*job.not_before_us - at.wall_us};
}

push_command to_command(protocol::push_request request, const settings_board& board, moment at) {
  push_command out;
  out.jobs.reserve(request.jobs.size());
  batching_cache batching{board};
  for (auto& job : request.jobs) {
    job.spec.not_before = start_of(job, at);
    if (const auto& batch = batching.of(job.type))
      set_mark(job.spec, batch_mark_of(job.spec.payload, *batch));
    out.jobs.push_back({std::move(job.type), std::move(job.tenant), std::move(job.spec)});
  }
  return out;
}

lease_ref to_ref(const protocol::lease_ref& lease) { return {lease.id, lease.text()}; }
job_ref to_ref(const protocol::job_ref& job) { return {job.id, job.text()}; }

template <class Refs>
auto to_refs(const Refs& refs) {
  std::vector<decltype(to_ref(refs.front()))> out;
  out.reserve(refs.size());
  for (const auto& ref : refs)
    out.push_back(to_ref(ref));
  return out;
}

complete_item to_item(protocol::completion& from) {
  complete_item item;
  item.lease = from.lease.id;
  item.lease_text = from.lease.text();
  item.whole_lease = !from.job;
  if (from.job) {
    item.job = from.job->id;
    item.job_text = from.job->text();
  }
  item.how = std::move(from.how);
  return item;
}

complete_command to_command(protocol::complete_request request) {
  complete_command out;
  out.items.reserve(request.results.size());
  for (auto& result : request.results)
    out.items.push_back(to_item(result));
  return out;
}

defer_command to_command(protocol::defer_request request) {
  defer_command out;
  for (auto& from : request.leases)
    out.items.push_back({to_ref(from.lease), !from.job, from.job ? from.job->id : std::nullopt,
                         from.after, std::move(from.checkpoint)});
  return out;
}

queue_filter filter_of(const std::optional<std::string>& type,
                       const std::optional<std::string>& tenant) {
  return {type.value_or(std::string{}), tenant.value_or(std::string{})};
}

/// cancel and retry have the same form.
template <class Command>
Command selection(const protocol::select_jobs_request& request) {
  Command out;
  if (request.ids)
    out.ids = to_refs(*request.ids);
  else
    out.filter = filter_of(request.type, request.tenant);
  out.limit = request.limit;
  return out;
}

list_command to_command(const protocol::list_jobs_request& request) {
  return {filter_of(request.type, request.tenant), request.state, request.limit,
          request.cursor.value_or(std::string{})};
}

// -- settings -------------------------------------------------------------------------------------

template <class Patch>
translated put(setting_kind kind, decoded<protocol::put_request<Patch>> request) {
  return from(std::move(request), [&](auto put) {
    return put_setting_command{kind, std::move(put.name), std::move(put.patch)};
  });
}

translated get(setting_kind kind, json_value params) {
  return from(protocol::decode_named(params), [&](auto named) {
    return get_setting_command{kind, std::move(named.name)};
  });
}

translated remove(setting_kind kind, decoded<protocol::named_request> request) {
  return from(std::move(request), [&](auto named) {
    return delete_setting_command{kind, std::move(named.name)};
  });
}

translated list(setting_kind kind, json_value params) {
  return from(protocol::decode_page(params), [&](auto page) {
    return list_settings_command{kind, page.limit, page.cursor.value_or(std::string{})};
  });
}

// -- operations -----------------------------------------------------------------------------------

translated pause(json_value params, bool on) {
  return from(protocol::decode_queue(params), [&](auto queue) {
    return pause_command{filter_of(queue.type, queue.tenant), on};
  });
}

unsubscribe_command to_command(const protocol::unsubscribe_request& request) {
  unsubscribe_command out; // 0 is never a subscription
  const auto& text = request.subscription;
  std::from_chars(text.data(), text.data() + text.size(), out.subscription);
  return out;
}

} // namespace

translated translate(method m, json_value params, const settings_board& board, moment at) {
  switch (m) {
  case method::job_push:
    return from(protocol::decode_push(params),
                [&](auto r) { return to_command(std::move(r), board, at); });
  case method::job_pop:
    return from(protocol::decode_pop(params), [](auto r) {
      return pop_command{
          std::move(r.worker), std::move(r.types), r.leases, r.max_jobs, r.wait, r.lease};
    });
  case method::job_complete:
    return from(protocol::decode_complete(params), [](auto r) { return to_command(std::move(r)); });
  case method::job_extend:
    return from(protocol::decode_extend(params), [](auto r) {
      return extend_command{to_refs(r.leases), r.lease};
    });
  case method::job_release:
    return from(protocol::decode_release(params),
                [](auto r) { return release_command{to_refs(r.leases)}; });
  case method::job_defer:
    return from(protocol::decode_defer(params), [](auto r) { return to_command(std::move(r)); });
  case method::job_cancel:
    return from(protocol::decode_select_jobs(params),
                [](auto r) { return selection<cancel_command>(r); });
  case method::job_retry:
    return from(protocol::decode_select_jobs(params),
                [](auto r) { return selection<retry_command>(r); });
  case method::job_get:
    return from(protocol::decode_job(params), [](auto r) { return get_command{to_ref(r.job)}; });
  case method::job_explain:
    return from(protocol::decode_job(params),
                [](auto r) { return explain_command{to_ref(r.job)}; });
  case method::job_list:
    return from(protocol::decode_list_jobs(params),
                [](auto r) { return to_command(std::move(r)); });
  case method::job_output:
    return from(protocol::decode_output(params), [](auto r) {
      return output_command{to_ref(r.job), r.stream == protocol::output_stream::standard_error,
                            static_cast<std::uint64_t>(r.offset), r.limit};
    });
  case method::type_put: return put(setting_kind::type, protocol::decode_put_type(params));
  case method::tenant_put: return put(setting_kind::tenant, protocol::decode_put_tenant(params));
  case method::pool_put: return put(setting_kind::pool, protocol::decode_put_pool(params));
  case method::key_put: return put(setting_kind::key, protocol::decode_put_key(params));
  case method::executor_put:
    return put(setting_kind::executor, protocol::decode_put_executor(params));
  case method::type_get: return get(setting_kind::type, params);
  case method::tenant_get: return get(setting_kind::tenant, params);
  case method::type_delete: return remove(setting_kind::type, protocol::decode_named(params));
  case method::tenant_delete: return remove(setting_kind::tenant, protocol::decode_named(params));
  case method::key_delete: return remove(setting_kind::key, protocol::decode_delete_key(params));
  case method::executor_remove:
    return remove(setting_kind::executor, protocol::decode_named(params));
  case method::type_list: return list(setting_kind::type, params);
  case method::tenant_list: return list(setting_kind::tenant, params);
  case method::pool_list: return list(setting_kind::pool, params);
  case method::key_list: return list(setting_kind::key, params);
  case method::executor_list: return list(setting_kind::executor, params);
  case method::queue_list:
    return from(protocol::decode_list_queues(params), [](auto r) {
      return list_queues_command{filter_of(r.type, r.tenant), r.limit,
                                 r.cursor.value_or(std::string{})};
    });
  case method::queue_pause: return pause(params, true);
  case method::queue_resume: return pause(params, false);
  case method::server_drain:
    return from(protocol::decode_drain(params), [](auto r) { return drain_command{r.on}; });
  case method::server_stats:
    return from(protocol::decode_nothing(params), [](auto) { return stats_command{}; });
  case method::server_info: {
    const auto nothing = protocol::decode_nothing(params);
    if (!nothing)
      return protocol::invalid_params(nothing.error().path, nothing.error().reason);
    return info_wanted{};
  }
  case method::events_subscribe:
    return from(protocol::decode_subscribe(params), [](auto r) {
      return subscribe_command{filter_of(r.type, r.tenant), std::move(r.states)};
    });
  case method::events_unsubscribe:
    return from(protocol::decode_unsubscribe(params), [](auto r) { return to_command(r); });
  }
  return protocol::failure(protocol::error_kind::unknown_method, "there is no such method");
}

} // namespace rota::daemon
