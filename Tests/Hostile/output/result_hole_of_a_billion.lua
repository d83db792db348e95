-- outcome: ok,error,memory
-- attacks: an array with an element far away is no array of a billion

return {
  name = "output-result_hole_of_a_billion", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    return { [1] = 1, [1000000000] = 2, [math.maxinteger] = 3, [math.mininteger] = 4 }
  end,
}
