-- outcome: timeout
-- phase: process
-- attacks: metamethods that start one another end at the deadline

return {
  name = "metamethods-chain_of_every_event", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local mt = {}
    local function make() return setmetatable({}, mt) end
    mt.__index = function(t) return #t end
    mt.__len = function(t) return t .. t end
    mt.__concat = function(a) return a == make() end
    mt.__eq = function(a, b) return a < b end
    mt.__lt = function(a) return a() end
    mt.__call = function(t) return -t end
    mt.__unm = function() while true do end end
    while true do pcall(function() return make().x end) end
  end,
}
