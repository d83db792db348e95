-- outcome: error,ok
-- attacks: a version of huge numbers does not trap the host
return { name = "metadata-version", version = "99999999999999999999999999.99999999999999999999.1", plugin_type = "processor" }
