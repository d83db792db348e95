#!/usr/bin/env lua
-- outcome: ok
-- attacks: a first line for the shell is no code
return { name = "metadata-shebang", version = "1.0.0", plugin_type = "processor", process = function() return 1 end }
