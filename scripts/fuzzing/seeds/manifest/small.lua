return { name = "small", version = "1.0.0", plugin_type = "processor", process = function(ctx, item) return item end }
