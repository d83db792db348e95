-- outcome: error,ok,memory
-- attacks: a version of a megabyte does not trap the host
return { name = "metadata-long-version", version = "1.0.0-" .. ("a."):rep(300000) .. "a", plugin_type = "processor", process = function(ctx, item) return item end }
