-- outcome: ok
-- attacks: a module runs once, gets its name and nothing else, and shares no table with the host
return {
  name = "require-results", version = "1.0.0", plugin_type = "processor",
  process = function()
    local first, second = require("counter"), require("counter")
    if first ~= second or first.runs ~= 1 then error("ran twice") end
    if first.name ~= "counter" or first.count ~= 1 then error("got more than its name: " .. first.count) end
    if require("nothing_returned") ~= true then error("a module that returns nothing is true") end
    if pcall(require, "raises") then error("let through") end
    if pcall(require, "raises") then error("let through the second time") end
    require = nil
    if pcall(function() return require("counter") end) then error("let through") end
  end,
}
