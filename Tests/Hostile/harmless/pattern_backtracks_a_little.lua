-- outcome: ok
-- about: lazy and greedy patterns that have to try
-- result: [null,60,60]

return {
  name = "harmless-pattern_backtracks_a_little", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local s = ("a"):rep(60)
    return (s:find(".-.-.-b")), #s:match("^(a-)$"), #s:match("^(a*)a-$")
  end,
}
