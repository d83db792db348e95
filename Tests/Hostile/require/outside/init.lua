-- outcome: ok
-- attacks: links that lead out of the plugin's folder are not followed
return {
  name = "require-outside", version = "1.0.0", plugin_type = "processor",
  process = function()
    for _, name in ipairs({ "out_file", "out_folder.init", "out_folder.helper", "absolute", "dangling", "circle" }) do
      local passed, why = pcall(require, name)
      if passed then error("let through: " .. name) end
      if why:find("/work", 1, true) or why:find("/etc", 1, true) or why:find("/home", 1, true) then error("tells a path of the host's: " .. why) end
    end
    if require("inside").value ~= 1 then error("a link inside of the folder") end
  end,
}
