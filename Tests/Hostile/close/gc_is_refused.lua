-- outcome: ok
-- attacks: no finalizer of a script's is ever registered

return {
  name = "close-gc_is_refused", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for _, value in ipairs({ function() while true do end end, true, false, 1, "x", {}, print }) do
      local passed, why = pcall(setmetatable, {}, { __gc = value })
      if passed then error("let through: __gc = " .. tostring(value)) end
      if not tostring(why):find("__gc", 1, true) then error("unclear: " .. tostring(why)) end
    end
  end,
}
