-- Reads a Debian package database: paragraphs of fields, continuation lines included.
-- request.path names the file; files given on the command line (request.inputs) come before it.

--- One paragraph after another, as tables from field name to text.
local function paragraphs(lines)
  local ended = false
  return function()
    if ended then return nil end
    local package, field
    for line in lines do
      if line == "" then
        if package then return package end
      elseif line:find("^[ \t]") then
        if not field then error("a continuation line before any field: " .. line) end
        local text = line:sub(2)
        -- a dot alone stands for an empty line
        package[field] = package[field] .. "\n" .. (text == "." and "" or text)
      else
        local name, value = line:match("^([^:%s]+):[ \t]*(.*)$")
        if not name then error("neither a field nor a continuation: " .. line) end
        package = package or {}
        package[name] = value
        field = name
      end
    end
    ended = true
    return package
  end
end

return {
  name = "packages",
  version = "1.0.0",
  description = "Packages of a Debian package database",
  author = "Perilune",
  plugin_type = "provider",
  permissions = { read = { "/var/lib/dpkg/status" } },
  config = {
    path = { type = "string", default = "/var/lib/dpkg/status", description = "The database that is read when the request names none" },
  },

  provide = function(ctx, request)
    request = request or {}
    local paths = request.inputs or { request.path or ctx.config.path }
    local index, packages = 0, nil
    return function()
      while true do
        if not packages then
          index = index + 1
          if not paths[index] then return nil end
          packages = paragraphs((ctx.fs.lines(paths[index])))
        end
        local package = packages()
        if package then return package end
        packages = nil
      end
    end
  end,
}
