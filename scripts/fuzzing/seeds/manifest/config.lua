local config = {}
for i = 1, 9 do config["k" .. i] = { type = "number", default = i / 2, minimum = -1e308, maximum = 1e308 } end
return { name = "config", version = "0.0.1", plugin_type = "provider", config = config, initialize = function(ctx) return ctx.config.k1 end,
  provide = function(ctx) local n = 0 return function() n = n + 1 if n < 3 then return n end end end }
