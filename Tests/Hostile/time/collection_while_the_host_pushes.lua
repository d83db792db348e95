-- outcome: timeout,memory
-- phase: process
-- attacks: no collection begins while the host pushes, where nothing could end it

return {
  name = "time-collection_while_the_host_pushes", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local decode, rep = ctx.json.decode, string.rep
    local mode = { __mode = "k" }
    local first = {}
    local n = 12000
    local tables, keys = {}, { first }
    for i = 1, n do
      keys[i + 1] = {}
      tables[i] = setmetatable({}, mode)
    end
    for i = 1, n do tables[i % 2 == 1 and (i + 1) // 2 or n - i // 2 + 1][keys[i]] = keys[i + 1] end
    local root = keys[1]
    local big = {}
    for i = 1, 20 do big[i] = rep("x", 512 << 10) end
    local text = "[" .. rep("[],", 20000) .. "[]]"
    local s = big[1]
    local burst = function() return s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s end
    decode('"abc"')                -- what the host allocates is lent
    big = nil
    pcall(burst)      -- refused: a full collection, which forgets what was lent
    local fill = {}
    for i = 1, 20 do fill[i] = rep("y", math.floor(7 * 1048576 / 20)) end
    keys = nil
    while true do decode(text) end
  end,
}
