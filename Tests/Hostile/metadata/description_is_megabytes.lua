-- outcome: ok,error,memory,timeout
-- attacks: a description of megabytes does not harm the host
return { name = "metadata-description", version = "1.0.0", plugin_type = "processor", description = ("\27[2J\n"):rep(300000), author = ("x"):rep(1000000), process = function(ctx) return ctx.plugin.name end }
