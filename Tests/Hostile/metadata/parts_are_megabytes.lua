-- outcome: error,ok,memory
-- attacks: names and values of a megabyte in each part of the table do not occupy the host for seconds
local big = ("a"):rep(400000)
return {
  name = "metadata-big-parts", version = "1.0.0", plugin_type = "processor", permissions = { [big] = true, read = { big } },
  limits = { [big] = 1 }, dependencies = { big }, config = { [big] = { type = big, [big] = big } },
}
