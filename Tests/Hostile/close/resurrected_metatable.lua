-- outcome: ok
-- attacks: a metatable replaced while its table is alive leaves nothing to finalize

return {
  name = "close-resurrected_metatable", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for i = 1, 1000 do
      local mt = { __close = print, __mode = "kv" }
      local t = setmetatable({}, mt)
      setmetatable(t, nil)
      mt.__gc = print
      if pcall(setmetatable, t, mt) then error("let through") end
    end
  end,
}
