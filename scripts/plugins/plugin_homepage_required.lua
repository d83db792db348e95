-- A rule: every package names a homepage. What breaks it is an error, which the pipeline skips, counts and logs.

local function host(url)
  return url:match("^%a[%w+.-]*://([^/:]+)")
end

local function check(package)
  if not package.homepage then
    error({ code = "no_homepage", message = "package " .. package.name .. " names no homepage", package = package.name })
  end
  return host(package.homepage)
end

return {
  name = "homepage_required",
  version = "1.0.0",
  description = "Refuses packages without a homepage",
  author = "Perilune",
  plugin_type = "processor",

  process = function(_, package)
    package.homepage_host = check(package)
    return package
  end,
}
