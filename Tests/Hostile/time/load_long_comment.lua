-- outcome: timeout,memory
-- phase: process
-- attacks: a comment of megabytes is read without an instruction

return {
  name = "time-load_long_comment", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local text = "--[====[" .. ("]"):rep(4000000) .. "]====]"
    while true do load(text) end
  end,
}
