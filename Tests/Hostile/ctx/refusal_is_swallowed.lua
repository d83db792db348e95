-- outcome: ok
-- attacks: a refusal that is caught has had no effect

return {
  name = "ctx-refusal_is_swallowed", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for i = 1, 100 do
      local passed, why = pcall(ctx.store.put, "key" .. i, i)
      if passed then error("let through") end
      if not tostring(why):find("permission", 1, true) then error("unclear: " .. tostring(why)) end
    end
  end,
}
