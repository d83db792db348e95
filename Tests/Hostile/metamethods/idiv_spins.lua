-- outcome: timeout
-- phase: process
-- attacks: a __idiv metamethod that catches everything ends at the deadline

return {
  name = "metamethods-idiv_spins", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local function spin() while true do pcall(function() while true do end end) end end
    local mt = { __idiv = spin }
    local t, u = setmetatable({}, mt), setmetatable({}, mt)
    while true do pcall(function() local _ = t // 1 end) end
  end,
}
