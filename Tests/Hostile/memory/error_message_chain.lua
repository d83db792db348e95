-- outcome: memory,timeout,error
-- phase: process
-- attacks: error messages that grow with each level end at the quota

return {
  name = "memory-error_message_chain", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local message = "x"
    while true do
      local _, e = pcall(error, message .. message, 1)
      message = e
    end
  end,
}
