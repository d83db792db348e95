-- outcome: ok
-- attacks: JSON nested a hundred thousand deep does not overflow the host's stack

return {
  name = "stack-json_nested_deep", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for _, text in ipairs({ ("["):rep(100000) .. ("]"):rep(100000), ('{"a":'):rep(50000) .. "1" .. ("}"):rep(50000), ("["):rep(100000) }) do
      local passed = pcall(ctx.json.decode, text)
      if passed then error("let through") end
    end
    local t = {}
    for i = 1, 10000 do t = { t } end
    if pcall(ctx.json.encode, t) then error("let through") end
  end,
}
