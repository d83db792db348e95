-- Fans out: one item for each dependency of a package that plugin_enrich has read.

return {
  name = "dependencies",
  version = "1.0.0",
  description = "One item for each dependency of a package",
  author = "Perilune",
  plugin_type = "processor",

  process = function(_, package)
    local links = {}
    for index, name in ipairs(package.depends) do
      links[index] = { id = package.name .. " -> " .. name, from = package.name, to = name }
    end
    return table.unpack(links)
  end,
}
