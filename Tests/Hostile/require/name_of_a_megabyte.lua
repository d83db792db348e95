-- outcome: ok,memory,timeout
-- attacks: a name of a megabyte is refused without harm

return {
  name = "require-name_of_a_megabyte", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    if pcall(require, ("a"):rep(1000000)) then error("let through") end
    if pcall(require, ("a."):rep(300000) .. "a") then error("let through") end
  end,
}
