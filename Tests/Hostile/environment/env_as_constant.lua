-- outcome: ok
-- attacks: CVE-2022-28805: a constant named _ENV does not make the compiler read out of bounds

return {
  name = "environment-env_as_constant", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    for _, text in ipairs({
      "local _ENV <const> = 11; X = 'hi'",
      "local _ENV <const> = 11; return X",
      "local _ENV <const> = 'x'; X.y.z = 1",
      "local _ENV <const> = nil; return X",
      "local _ENV <const> = 1.5; local function f() X = _ENV end f()",
      "local _ENV <const> = true; return function() return function() Y = X end end",
    }) do
      local f = load(text)
      if f then pcall(f) end
    end
  end,
}
