-- outcome: error
-- phase: process
-- attacks: require of a name that is nothing, from every depth, is refused alike

return {
  name = "stack-require_of_self", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local function f(n) if n == 0 then return require("nothing") end return 1 + f(n - 1) end
    return f(150)
  end,
}
