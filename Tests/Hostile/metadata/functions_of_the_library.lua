-- outcome: ok,error
-- attacks: library functions as operations get ctx like any other
return { name = "metadata-library", version = "1.0.0", plugin_type = "processor", process = print, initialize = type, cleanup = tostring, other = coroutine.wrap }
