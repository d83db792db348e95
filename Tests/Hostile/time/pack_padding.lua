-- outcome: memory,timeout
-- phase: process
-- attacks: padding that a pack format asks for is bounded by the quota

return {
  name = "time-pack_padding", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return #string.pack(("c4000000"):rep(5), "", "", "", "", "")
  end,
}
