-- outcome: timeout
-- phase: process
-- attacks: close variables below a C function are under the limit

return {
  name = "close-in_comparator_spins", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    table.sort({ 2, 1 }, function()
      local x <close> = setmetatable({}, { __close = function() while true do end end })
      while true do end
    end)
  end,
}
