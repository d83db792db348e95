-- outcome: ok,memory,timeout
-- attacks: a string literal that never ends ends at a limit

return {
  name = "memory-load_reader_pieces", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local first = true
    local piece = ("x"):rep(100000)
    load(function()
      if first then first = false return "return '" end
      return piece
    end)
  end,
}
