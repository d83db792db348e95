-- outcome: timeout
-- phase: process
-- attacks: a __tostring cannot catch the end of a call

return {
  name = "time-tostring_swallows", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local t = setmetatable({}, { __tostring = function() while true do pcall(function() while true do end end) end end })
    while true do pcall(tostring, t) end
  end,
}
