-- outcome: ok,error
-- attacks: no finalizer runs while the state is closed

local kept

return {
  name = "close-gc_in_the_metatable_of_arrays_at_the_end", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local mark = getmetatable(ctx.json.array({}))
    if type(mark) == "table" then pcall(function() mark.__gc = function() while true do end end end) end
    kept = ctx.json.array({})
  end,
}
