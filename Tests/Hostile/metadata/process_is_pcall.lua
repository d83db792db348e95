-- outcome: error,ok
-- attacks: pcall as an operation does not hide an error of the host's
return { name = "metadata-pcall", version = "1.0.0", plugin_type = "processor", process = pcall, initialize = pcall, cleanup = pcall }
