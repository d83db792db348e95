-- outcome: memory,timeout
-- phase: process
-- attacks: closures cannot grow beyond the quota

return {
  name = "memory-closures", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local t = {}
    while true do
      local a, b, c, d = #t, #t, #t, #t
      t[#t + 1] = function() return a, b, c, d end
    end
  end,
}
