-- outcome: ok
-- attacks: a chunk's name is not a path that anything opens

return {
  name = "environment-load_names_a_file", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local f = load("return ...", "@/etc/passwd")
    if f("x") ~= "x" then error("wrong value") end
    local g, why = load("return (", "@../../secret")
    if g or not why:find("secret") then error("odd: " .. tostring(why)) end
  end,
}
