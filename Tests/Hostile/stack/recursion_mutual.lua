-- outcome: error,memory
-- phase: process
-- attacks: endless recursion of two functions ends as an error

return {
  name = "stack-recursion_mutual", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local odd
    local function even(n) return (odd(n + 1)) end
    function odd(n) return (even(n + 1)) end
    return even(0)
  end,
}
