-- outcome: memory,timeout,error
-- phase: process
-- attacks: a close variable that runs because memory is out gets no more of it

return {
  name = "close-floods_after_memory_error", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local kept = {}
    local x <close> = setmetatable({}, { __close = function() while true do kept[#kept + 1] = ("x"):rep(100000) .. #kept end end })
    while true do kept[#kept + 1] = ("x"):rep(100000) .. #kept end
  end,
}
