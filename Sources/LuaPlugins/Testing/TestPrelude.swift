/// What a test gets as its argument `t`, in Lua.
enum TestPrelude {
    /// Gets the plugin's functions, its ctx and the host's part of `t`; returns `t`.
    static let text = #"""
        local plugin, ctx, host = ...

        local function shown(value, indent, open)
          if type(value) == "string" then return string.format("%q", value):gsub("\\\n", "\\n") end
          if type(value) ~= "table" then return tostring(value) end
          if next(value) == nil then return "{}" end
          open = open or {}
          if #indent > 16 or open[value] then return "{ ... }" end
          open[value] = true
          local keys, parts, inner = {}, {}, indent .. "  "
          for key in pairs(value) do keys[#keys + 1] = key end
          table.sort(keys, function(a, b)
            if type(a) == type(b) and (type(a) == "number" or type(a) == "string") then return a < b end
            return type(a) < type(b) or (type(a) == type(b) and tostring(a) < tostring(b))
          end)
          for index, key in ipairs(keys) do
            if index > 1000 then
              parts[#parts + 1] = inner .. "..."
              break
            end
            local name = type(key) == "string" and key:match("^[%a_][%w_]*$") and key .. " = " or type(key) == "number" and math.type(key) == "integer" and key <= #value and key >= 1 and "" or "[" .. shown(key, inner, open) .. "] = "
            parts[#parts + 1] = inner .. name .. shown(value[key], inner, open)
          end
          open[value] = nil
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
          -- what they begin and end with alike, then the longest common part of the rest
          local first, lastA, lastB = 1, #a, #b
          while first <= lastA and first <= lastB and a[first] == b[first] do first = first + 1 end
          while lastA >= first and lastB >= first and a[lastA] == b[lastB] do lastA, lastB = lastA - 1, lastB - 1 end
          local lines, changed = {}, {}
          local function add(mark, line)
            lines[#lines + 1] = mark .. " " .. line
            changed[#lines] = mark ~= " "
          end
          for i = 1, first - 1 do add(" ", a[i]) end
          if (lastA - first + 1) * (lastB - first + 1) > 40000 then
            for i = first, lastA do add("-", a[i]) end
            for j = first, lastB do add("+", b[j]) end
          else
            local longest = {}
            for i = lastA + 1, first, -1 do
              longest[i] = {}
              for j = lastB + 1, first, -1 do
                if i > lastA or j > lastB then longest[i][j] = 0
                elseif a[i] == b[j] then longest[i][j] = longest[i + 1][j + 1] + 1
                else longest[i][j] = math.max(longest[i + 1][j], longest[i][j + 1]) end
              end
            end
            local i, j = first, first
            while i <= lastA or j <= lastB do
              if i <= lastA and j <= lastB and a[i] == b[j] then
                add(" ", a[i])
                i, j = i + 1, j + 1
              elseif i <= lastA and (j > lastB or longest[i + 1][j] >= longest[i][j + 1]) then
                add("-", a[i])
                i = i + 1
              else
                add("+", b[j])
                j = j + 1
              end
            end
          end
          for i = lastA + 1, #a do add(" ", a[i]) end
          -- long stretches that are alike, left out
          local shown, skipped = {}, 0
          for index, line in ipairs(lines) do
            local isNear = false
            for near = index - 3, index + 3 do isNear = isNear or changed[near] end
            if isNear or #lines <= 20 then
              if skipped > 0 then shown[#shown + 1] = "  (" .. skipped .. " lines alike)" end
              shown[#shown + 1], skipped = line, 0
            else
              skipped = skipped + 1
            end
          end
          if skipped > 0 then shown[#shown + 1] = "  (" .. skipped .. " lines alike)" end
          return table.concat(shown, "\n")
        end

        -- long texts from a little before the place where they part
        local function parting(expected, found)
          local at = 1
          while at <= #expected and expected:byte(at) == found:byte(at) do at = at + 1 end
          local from = math.max(1, at - 20)
          local function part(text) return string.format("%q", text:sub(from, from + 100)) end
          return "from byte " .. from .. " on\n- " .. part(expected) .. "\n+ " .. part(found)
        end

        local t = { plugin = plugin, ctx = ctx }

        local function fail(message, note) error((note ~= nil and tostring(note) .. ": " or "") .. message, 3) end

        function t.call(operation, ...)
          local run = plugin[operation] or error("the plugin has no function '" .. tostring(operation) .. "'", 2)
          return run(ctx, ...)
        end

        function t.equal(found, expected, note)
          if not equal(found, expected, {}) then
            if type(found) == "string" and type(expected) == "string" and #found + #expected > 400 then
              fail("expected (-) and found (+) differ " .. parting(expected, found), note)
            end
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
