-- outcome: ok
-- about: functions, tables and limits of gsub
-- result: ["<1>-<2>-3",2,"A and ?",5]

return {
  name = "harmless-gsub_callbacks", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local s, n = ("1-2-3"):gsub("%d", function(d) return "<" .. d .. ">" end, 2)
    local t = ("$a and $b"):gsub("%$(%w)", { a = "A", b = "?" })
    return s, n, t, select(2, ("a,b,c,d,e"):gsub("%a", function() return nil end))
  end,
}
