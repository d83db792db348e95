-- outcome: error,ok
-- attacks: bounds that are no numbers, or contradict, do not trap the host
return { name = "metadata-bounds", version = "1.0.0", plugin_type = "processor", config = { a = { type = "integer", default = math.maxinteger, minimum = math.huge, maximum = -math.huge }, b = { type = "number", default = 0 / 0 }, c = { type = "string", default = "x", minLength = -1, maxLength = 1e300 } } }
