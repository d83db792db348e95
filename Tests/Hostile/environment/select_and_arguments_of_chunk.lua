-- outcome: ok
-- attacks: the chunk gets no arguments and no ctx

local count = select("#", ...)
local seen = rawget(_G, "ctx") ~= nil or rawget(_G, "arg") ~= nil

return {
  name = "environment-select_and_arguments_of_chunk", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    if count ~= 0 or seen then error("let through") end
  end,
}
