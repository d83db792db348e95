-- outcome: timeout,ok,memory
-- attacks: an error raised at each depth near the overflow leaves the stack sound

return {
  name = "stack-error_at_every_depth", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local function down(n) if n == 0 then local x = nil .. {} end return 1 + down(n - 1) end
    for n = 199000, 200000, 7 do pcall(down, n) end
  end,
}
