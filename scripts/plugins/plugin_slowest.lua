-- Watches what the plugins do, and reports the slowest operations and those that failed.

local worst = {}

local function by_duration(a, b) return a.duration > b.duration end

return {
  name = "slowest",
  version = "1.0.0",
  description = "Reports the slowest operations",
  author = "Perilune",
  plugin_type = "monitor",
  config = {
    report = { type = "integer", default = 3, minimum = 1, maximum = 50, description = "How many operations are reported" },
  },

  observe = function(_, event)
    local key = event.plugin .. "." .. event.operation
    local seen = worst[key]
    if not seen then
      seen = { name = key, duration = 0, failures = 0 }
      worst[key] = seen
    end
    if not event.success then
      seen.failures = seen.failures + 1
    elseif event.duration > seen.duration then
      seen.duration = event.duration
    end
  end,

  --- The slowest operations so far.
  slowest = function(ctx, count)
    local list = {}
    for _, seen in pairs(worst) do list[#list + 1] = seen end
    table.sort(list, by_duration)
    return table.move(list, 1, math.min(count or ctx.config.report, #list), 1, {})
  end,

  cleanup = function(ctx)
    local list = {}
    for _, seen in pairs(worst) do list[#list + 1] = seen end
    table.sort(list, by_duration)
    for index = 1, math.min(ctx.config.report, #list) do
      local seen = list[index]
      ctx.log.info(string.format("%s took up to %.3f ms", seen.name, seen.duration * 1000), { failures = seen.failures })
    end
  end,
}
