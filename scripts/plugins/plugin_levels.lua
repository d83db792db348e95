-- Counts log lines by level. Lines pass no further; the counts are written to the store, if there is one, and to the log.

local counts, total, first, last = {}, 0, nil, nil

return {
  name = "levels",
  version = "1.0.0",
  description = "Counts log lines by level",
  author = "Perilune",
  plugin_type = "processor",
  permissions = { store = true },

  process = function(_, line)
    local text = type(line) == "table" and line.text or line
    -- 2026-11-24T03:22:00Z LEVEL message, or LEVEL alone in brackets
    local time, level = text:match("^(%d%d%d%d%-%d%d%-%d%d[T ]%d%d:%d%d:%d%d%S*)%s+%[?(%u+)%]?")
    level = level or text:match("%f[%u](%u%u%u%u+)%f[%U]") or "OTHER"
    counts[level] = (counts[level] or 0) + 1
    total = total + 1
    if time then
      first = first or time
      last = time
    end
  end,

  --- What was counted so far.
  counts = function() return { total = total, levels = counts, first = first, last = last } end,

  --- What an earlier run has stored.
  stored = function(ctx) return ctx.store.get("levels") end,

  cleanup = function(ctx)
    if total == 0 then return end
    ctx.log.info("log levels", { total = total, levels = counts })
    local ok, problem = pcall(ctx.store.put, "levels", { total = total, levels = counts, first = first, last = last })
    if not ok then ctx.log.debug("counts were not stored", { why = problem }) end
  end,
}
