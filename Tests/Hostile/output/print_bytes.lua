-- outcome: ok
-- attacks: bytes that are no text are printed without harm

return {
  name = "output-print_bytes", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    print("\255\254\0\192\128\237\160\128\244\144\128\128")
    for i = 128, 255 do print(string.char(i)) end
  end,
}
