while true do pcall(require, "a") end
