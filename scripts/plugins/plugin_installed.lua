-- Drops packages that are known to the database and not installed.

return {
  name = "installed",
  version = "1.0.0",
  description = "Installed packages only",
  author = "Perilune",
  plugin_type = "processor",

  process = function(_, package)
    if package.Status and package.Status:find("%f[%w]installed$") then return package end
  end,
}
