-- outcome: error,ok
-- attacks: a part with metamethods is read raw or refused, never run
local function spin() while true do end end
local guarded = { __index = spin, __pairs = spin, __len = spin, __eq = spin, __tostring = spin, __concat = spin }
return {
  name = "metadata-parts", version = "1.0.0", plugin_type = "processor",
  config = setmetatable({ a = setmetatable({ type = "integer" }, guarded) }, guarded),
  permissions = setmetatable({}, guarded),
  dependencies = setmetatable({}, guarded),
  limits = setmetatable({}, guarded),
  process = function(ctx, item) return item end,
}
