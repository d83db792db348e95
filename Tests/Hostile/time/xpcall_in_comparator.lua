-- outcome: timeout
-- phase: process
-- attacks: a handler inside of a C function that cannot yield is under the limit

return {
  name = "time-xpcall_in_comparator", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    table.sort({ 1, 2, 3 }, function() xpcall(error, function() while true do end end) return false end)
  end,
}
