/// What a test gets as its argument `t`, in Lua.
enum TestPrelude {
    /// Gets the plugin's functions, its ctx and the host's part of `t`; returns `t`.
    static let text = #"""
        local plugin, ctx, host = ...

        local function shown(value, indent)
          if type(value) == "string" then return string.format("%q", value):gsub("\\\n", "\\n") end
          if type(value) ~= "table" then return tostring(value) end
          if next(value) == nil then return "{}" end
          if #indent > 16 then return "{ ... }" end
          local keys, parts, inner = {}, {}, indent .. "  "
          for key in pairs(value) do keys[#keys + 1] = key end
          table.sort(keys, function(a, b)
            if type(a) == type(b) and (type(a) == "number" or type(a) == "string") then return a < b end
            return type(a) < type(b) or (type(a) == type(b) and tostring(a) < tostring(b))
          end)
          for index, key in ipairs(keys) do
            if index > 100 then
              parts[#parts + 1] = inner .. "..."
              break
            end
            local name = type(key) == "string" and key:match("^[%a_][%w_]*$") and key .. " = " or type(key) == "number" and math.type(key) == "integer" and key <= #value and key >= 1 and "" or "[" .. shown(key, inner) .. "] = "
            parts[#parts + 1] = inner .. name .. shown(value[key], inner)
          end
          return "{\n" .. table.concat(parts, ",\n") .. "\n" .. indent .. "}"
        end

        local function equal(a, b, seen)
          if a == b then return true end
          if type(a) ~= "table" or type(b) ~= "table" then return false end
          if seen[a] == b then return true end
          seen[a] = b
          for key, value in pairs(a) do if not equal(value, b[key], seen) then return false end end
          for key in pairs(b) do if a[key] == nil then return false end end
          return true
        end

        -- the lines of both, those that only one has marked with - (expected) and + (found)
        local function difference(expected, found)
          local a, b = {}, {}
          for line in (expected .. "\n"):gmatch("(.-)\n") do a[#a + 1] = line end
          for line in (found .. "\n"):gmatch("(.-)\n") do b[#b + 1] = line end
          if #a * #b > 40000 then return "- " .. expected .. "\n+ " .. found end
          local longest = {}
          for i = #a + 1, 1, -1 do
            longest[i] = {}
            for j = #b + 1, 1, -1 do
              if i > #a or j > #b then longest[i][j] = 0
              elseif a[i] == b[j] then longest[i][j] = longest[i + 1][j + 1] + 1
              else longest[i][j] = math.max(longest[i + 1][j], longest[i][j + 1]) end
            end
          end
          local lines, i, j = {}, 1, 1
          while i <= #a or j <= #b do
            if i <= #a and j <= #b and a[i] == b[j] then
              lines[#lines + 1], i, j = "  " .. a[i], i + 1, j + 1
            elseif i <= #a and (j > #b or longest[i + 1][j] >= longest[i][j + 1]) then
              lines[#lines + 1], i = "- " .. a[i], i + 1
            else
              lines[#lines + 1], j = "+ " .. b[j], j + 1
            end
          end
          return table.concat(lines, "\n")
        end

        local t = { plugin = plugin, ctx = ctx }

        local function fail(message, note) error((note and note .. ": " or "") .. message, 3) end

        function t.call(operation, ...)
          local run = plugin[operation] or error("the plugin has no function '" .. tostring(operation) .. "'", 2)
          return run(ctx, ...)
        end

        function t.equal(found, expected, note)
          if not equal(found, expected, {}) then
            fail("expected (-) and found (+) differ\n" .. difference(shown(expected, ""), shown(found, "")), note)
          end
        end

        function t.ok(value, note)
          if not value then fail("expected something true, found " .. tostring(value), note) end
          return value
        end

        function t.error(text, run, ...)
          local passed, problem = pcall(run, ...)
          if passed then fail("expected an error with '" .. text .. "', and there was none") end
          local message = type(problem) == "table" and problem.message or problem
          if not tostring(message):find(text, 1, true) then fail("expected an error with '" .. text .. "', found '" .. tostring(message) .. "'") end
          return problem
        end

        t.now, t.advance, t.logs, t.metrics, t.answer = host.now, host.advance, host.logs, host.metrics, host.answer
        return t
        """#
}
