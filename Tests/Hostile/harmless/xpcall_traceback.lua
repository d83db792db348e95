-- outcome: ok
-- about: a handler with a traceback
-- result: [false,true,"handled: boom"]

return {
  name = "harmless-xpcall_traceback", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local passed, trace = xpcall(function() error("boom", 0) end, debug.traceback)
    local _, handled = xpcall(error, function(e) return "handled: " .. e end, "boom")
    return passed, trace:find("stack traceback", 1, true) ~= nil, handled
  end,
}
