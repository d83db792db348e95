-- outcome: ok
-- about: mutual tail calls a hundred thousand long
-- result: ["even"]

return {
  name = "harmless-recursion_mutual", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local odd
    local function even(n) if n == 0 then return "even" end return odd(n - 1) end
    function odd(n) if n == 0 then return "odd" end return even(n - 1) end
    return even(100000)
  end,
}
