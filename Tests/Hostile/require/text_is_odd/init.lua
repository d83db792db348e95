-- outcome: ok
-- attacks: modules with NUL bytes, a folder's name, or no text are refused
return {
  name = "require-text-is-odd", version = "1.0.0", plugin_type = "processor",
  process = function()
    for _, name in ipairs({ "nul", "folder" }) do
      if pcall(require, name) then error("let through: " .. name) end
    end
    if require("empty") ~= true then error("an empty module") end
  end,
}
