-- outcome: ok,error,memory,timeout
-- attacks: a host function that is called where the stack ends fails as an error

return {
  name = "ctx-functions_at_the_end_of_the_stack", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local function down(n)
      ctx.now()
      pcall(ctx.json.encode, { n })
      return 1 + down(n + 1)
    end
    pcall(down, 1)
    local function by_pcall() ctx.now() pcall(by_pcall) end
    by_pcall()
  end,
}
