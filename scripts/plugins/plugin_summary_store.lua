-- Keeps sums by a field in the plugin's store: how many items, how large, which is the largest.
-- What was put is added up in memory and written in one transaction, every thousand items and at the end.

local pending, waiting = {}, 0

local function add(sum, item, name)
  sum.items = sum.items + 1
  sum.size_kb = sum.size_kb + (item.size_kb or 0)
  if (item.size_kb or 0) > sum.largest_kb then
    sum.largest, sum.largest_kb = name, item.size_kb
  end
end

local function merge(old, new)
  if not old then return new end
  local larger = new.largest_kb > old.largest_kb and new or old
  return {
    items = old.items + new.items,
    size_kb = old.size_kb + new.size_kb,
    largest = larger.largest,
    largest_kb = larger.largest_kb,
  }
end

local function flush(ctx)
  if waiting == 0 then return end
  ctx.store.transaction(function()
    for group, sum in pairs(pending) do
      ctx.store.put(group, merge(ctx.store.get(group), sum))
    end
  end)
  pending, waiting = {}, 0
end

return {
  name = "summary_store",
  version = "1.0.0",
  description = "Sums of items, by a field",
  author = "Perilune",
  plugin_type = "storage",
  permissions = { store = true },
  config = {
    group_by = { type = "string", default = "section", description = "The field that items are grouped by" },
    fresh = { type = "boolean", default = false, description = "Forget earlier sums at the start" },
  },

  initialize = function(ctx)
    if not ctx.config.fresh then return end
    ctx.store.transaction(function()
      for _, group in ipairs(ctx.store.list()) do ctx.store.delete(group) end
    end)
  end,

  put = function(ctx, key, item)
    local group = tostring(item[ctx.config.group_by] or "unknown")
    pending[group] = pending[group] or { items = 0, size_kb = 0, largest = "", largest_kb = -1 }
    add(pending[group], item, tostring(key))
    waiting = waiting + 1
    if waiting >= 1000 then flush(ctx) end
  end,

  get = function(ctx, group)
    flush(ctx)
    return ctx.store.get(group)
  end,

  delete = function(ctx, group)
    flush(ctx)
    ctx.store.delete(group)
  end,

  list = function(ctx, prefix)
    flush(ctx)
    return ctx.store.list(prefix)
  end,

  --- The groups with the most items, as { group =, items =, size_kb =, largest = }.
  top = function(ctx, count)
    flush(ctx)
    local groups = {}
    for _, group in ipairs(ctx.store.list()) do
      local sum = ctx.store.get(group)
      sum.group = group
      groups[#groups + 1] = sum
    end
    table.sort(groups, function(a, b) return a.items > b.items or (a.items == b.items and a.group < b.group) end)
    return table.move(groups, 1, math.min(count or 10, #groups), 1, {})
  end,

  cleanup = function(ctx) flush(ctx) end,
}
