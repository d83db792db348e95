-- outcome: ok
-- about: every conversion at its width
-- result: ["|    42|42    |0042|2a|2A|52|3.14|1.50e+10|%|\"q\"|  str|x|"]

return {
  name = "harmless-format_wide", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return string.format("|%6d|%-6d|%04d|%x|%X|%o|%.2f|%.2e|%%|%q|%5s|%c|", 42, 42, 42, 42, 42, 42, 3.14159, 1.5e10, "q", "str", 120)
  end,
}
