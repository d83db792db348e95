-- Turns the fields of a package into what questions are asked of: numbers, lists, areas.

local function names(list)
  local found = {}
  for entry in (list or ""):gmatch("[^,]+") do
    -- of alternatives (a | b) the first is what is installed by default
    found[#found + 1] = entry:match("^%s*([%w%.%+%-]+)")
  end
  return found
end

local function size_class(kb)
  if kb < 100 then return "small" end
  if kb < 10000 then return "medium" end
  return "large"
end

return {
  name = "enrich",
  version = "1.0.0",
  description = "Typed facts about a package",
  author = "Perilune",
  plugin_type = "processor",
  config = {
    minimum_size_kb = { type = "integer", default = 0, minimum = 0, description = "Drop packages that are smaller when installed" },
  },

  process = function(ctx, package)
    local size = math.tointeger(tonumber(package["Installed-Size"])) or 0
    if size < ctx.config.minimum_size_kb then return nil end
    local area, section = (package.Section or "unknown"):match("^(.-)/?([^/]+)$")
    return {
      name = package.Package,
      version = package.Version,
      section = section,
      area = area ~= "" and area or "main",
      priority = package.Priority,
      size_kb = size,
      size_class = size_class(size),
      depends = names(package.Depends),
      summary = (package.Description or ""):match("^[^\n]*"),
      homepage = package.Homepage,
      is_essential = package.Essential == "yes",
    }
  end,
}
