-- outcome: ok,memory,timeout
-- attacks: a function with more constants than an instruction names is compiled right

return {
  name = "environment-too_many_constants", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local parts = {}
    for i = 1, 30000 do parts[i] = "x[" .. i + 0.5 .. "] = 'v" .. i .. "'" end
    local f, why = load("local x = ... " .. table.concat(parts, " ") .. " return x")
    if not f then error(why) end
    local x = f({})
    if x[30000.5] ~= "v30000" or x[1.5] ~= "v1" then error("wrong value") end
  end,
}
