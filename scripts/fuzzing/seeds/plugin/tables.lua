local t = setmetatable({}, { __index = function(t, k) return k end, __mode = 'kv', __len = function() return 3 end })
table.insert(t, 1) table.sort(t) table.move(t, 1, 3, 2) for k, v in pairs(t) do t[v] = nil end return table.unpack(t)
