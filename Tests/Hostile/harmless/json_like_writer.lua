-- outcome: ok
-- about: text built by a recursive writer
-- result: ["{a=[1,2,{b=c}],d=true}"]

return {
  name = "harmless-json_like_writer", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local function write(v)
      if type(v) ~= "table" then return tostring(v) end
      local parts = {}
      if #v > 0 then
        for i, x in ipairs(v) do parts[i] = write(x) end
        return "[" .. table.concat(parts, ",") .. "]"
      end
      for k, x in pairs(v) do parts[#parts + 1] = k .. "=" .. write(x) end
      table.sort(parts)
      return "{" .. table.concat(parts, ",") .. "}"
    end
    return write({ a = { 1, 2, { b = "c" } }, d = true })
  end,
}
