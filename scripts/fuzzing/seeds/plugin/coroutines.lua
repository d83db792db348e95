local co = coroutine.wrap(function(...) local x <close> = setmetatable({}, { __close = function() end }) coroutine.yield(...) error('x') end)
return pcall(co, 1), pcall(co)
