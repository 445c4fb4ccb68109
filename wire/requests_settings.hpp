// Requests about settings: put, get, list and delete of types, tenants, pools, keys, executors.
#pragma once
#include "engine/settings_patch.hpp"
#include "wire/requests_decode.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace rota::protocol {

/// A put: which setting, and what changes. Whether the numbers are in their ranges is told by
/// engine::merge(), whose refusals have the same paths as ours.
template <class Patch>
struct put_request {
  std::string name;
  Patch patch;
};

/// get, delete and remove; key.delete calls the member `key`.
struct named_request {
  std::string name;
};

struct page_request {
  std::uint32_t limit = page_limit_standard;
  std::optional<std::string> cursor; ///< As an answer gave it.
};

decoded<put_request<engine::type_patch>> decode_put_type(json_value params);
decoded<put_request<engine::tenant_patch>> decode_put_tenant(json_value params);
/// Without a name it is the pool `default`.
decoded<put_request<engine::pool_patch>> decode_put_pool(json_value params);
decoded<put_request<engine::key_patch>> decode_put_key(json_value params);
decoded<put_request<engine::executor_patch>> decode_put_executor(json_value params);

decoded<named_request> decode_named(json_value params);
decoded<named_request> decode_delete_key(json_value params);
decoded<page_request> decode_page(json_value params);

} // namespace rota::protocol
