-- outcome: ok
-- about: closed in reverse, on error as well
-- result: ["b,a","d,c,error"]

return {
  name = "harmless-close_variables", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local log = {}
    local function scope(name) return setmetatable({}, { __close = function() log[#log + 1] = name end }) end
    do local a <close> = scope("a") local b <close> = scope("b") end
    local first = table.concat(log, ",")
    log = {}
    local _, e = pcall(function() local c <close> = scope("c") local d <close> = scope("d") error("error", 0) end)
    log[#log + 1] = e
    return first, table.concat(log, ",")
  end,
}
