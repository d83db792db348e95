-- outcome: ok
-- attacks: ctx's parts have no metatable that a script can give a __gc

return {
  name = "close-gc_in_the_metatable_of_ctx", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local seen = {}
    local function visit(value)
      if seen[value] or type(value) == "string" then return end
      seen[value] = true
      local mt = getmetatable(value)
      if type(mt) == "table" then
        if pcall(function() mt.__gc = function() while true do end end end) and rawget(mt, "__gc") then error("let through") end
      end
      if type(value) == "table" then
        for k, v in pairs(value) do visit(k) visit(v) end
      end
    end
    visit(ctx)
  end,
}
