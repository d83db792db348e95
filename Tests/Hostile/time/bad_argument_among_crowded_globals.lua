-- outcome: timeout,memory
-- phase: process
-- attacks: a bad argument's message looks for the function's name among a hundred thousand globals

return {
  name = "time-bad_argument_among_crowded_globals", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for i = 1, 60000 do _G[i + 0.5] = true end
    local f = string.rep
    string = nil
    while true do pcall(f) end
  end,
}
