-- Reads text files line by line: logs, lists, anything.
-- request.path or request.inputs name the files. An item is { file =, number =, text = }, or with plain = true the text alone.

return {
  name = "lines",
  version = "1.0.0",
  description = "Lines of text files",
  author = "Perilune",
  plugin_type = "provider",
  permissions = { read = { "**" } },
  config = {
    plain = { type = "boolean", default = false, description = "Give the text alone, not a table" },
  },

  provide = function(ctx, request)
    request = request or {}
    local paths = request.inputs or { request.path }
    if #paths == 0 then error({ code = "no_file", message = "name a file in request.path or request.inputs" }) end
    local plain = ctx.config.plain
    local index, number, lines = 0, 0, nil
    return function()
      while true do
        if not lines then
          index, number = index + 1, 0
          if not paths[index] then return nil end
          lines = ctx.fs.lines(paths[index])
        end
        local text = lines()
        if text then
          if plain then return text end
          number = number + 1
          return { file = paths[index], number = number, text = text }
        end
        lines = nil
      end
    end
  end,
}
