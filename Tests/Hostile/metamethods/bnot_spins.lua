-- outcome: timeout
-- phase: process
-- attacks: a __bnot metamethod that catches everything ends at the deadline

return {
  name = "metamethods-bnot_spins", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local function spin() while true do pcall(function() while true do end end) end end
    local mt = { __bnot = spin }
    local t, u = setmetatable({}, mt), setmetatable({}, mt)
    while true do pcall(function() local _ = ~t end) end
  end,
}
