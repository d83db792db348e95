-- Calls library functions with generated arguments and returns one line for each call: what was called, and what came of it.
-- The same seed gives the same calls; run in two states, the lines show where their libraries differ.
local seed, count = ...
local state = seed * 2654435761 + 88172645463325252

local function below(n) -- 0 .. n - 1
  state = state * 6364136223846793005 + 1442695040888963407
  return (state >> 33) % n
end
local function chance(n) return below(n) == 0 end
local function range(low, high) return low + below(high - low + 1) end
local function pick(list) return list[below(#list) + 1] end

-- MARK: how values are shown

local function show(value, depth)
  local kind = math.type(value) or type(value)
  if kind == "string" then
    local escaped = {}
    if #value > 300 then
      local sum = 0
      for i = 1, #value do sum = (sum * 31 + value:byte(i)) & 0xFFFFFFFF end
      return "<" .. #value .. " bytes, sum " .. sum .. ">"
    end
    for i = 1, #value do
      local byte = value:byte(i)
      escaped[i] = byte >= 32 and byte < 127 and byte ~= 92 and value:sub(i, i) or "\\" .. byte .. ";"
    end
    return '"' .. table.concat(escaped) .. '"'
  elseif kind == "float" then
    return ("%a"):format(value) .. "f"
  elseif kind == "table" then
    if getmetatable(value) then return "proxy" end
    depth = (depth or 0) + 1
    if depth > 2 then return "{...}" end
    local parts, keys = {}, {}
    for key in next, value do keys[#keys + 1] = key end
    table.sort(keys, function(a, b)
      if type(a) == type(b) and type(a) ~= "table" then return a < b end
      return type(a) < type(b)
    end)
    for i = 1, #keys do
      if i > 40 then
        parts[i] = "and more: " .. #keys
        break
      end
      parts[i] = "[" .. show(keys[i], depth) .. "]=" .. show(value[keys[i]], depth)
    end
    return "{" .. table.concat(parts, ",") .. "}"
  elseif kind == "function" or kind == "thread" then
    return kind
  end
  return tostring(value)
end

local function show_all(values, first)
  local parts = {}
  for i = first, values.n do parts[#parts + 1] = show(values[i]) end
  return table.concat(parts, ", ", 1, math.min(#parts, 60)) .. (#parts > 60 and " and more: " .. #parts or "")
end

local lines = {}

-- Calls library[name]; errors are located or not, which depends on who calls.
local function case(library, name, ...)
  local arguments = table.pack(...)
  local shown = library .. "." .. name .. "(" .. show_all(arguments, 1) .. ") -> "
  local f = _G[library][name]
  local results
  if chance(3) then
    results = table.pack(pcall(function(...)
      local called = f
      local packed = table.pack(called(...))
      return table.unpack(packed, 1, packed.n)
    end, ...))
  else
    results = table.pack(pcall(f, ...))
  end
  lines[#lines + 1] = shown .. show_all(results, 1)
  return results
end

-- MARK: what is generated

local letters = { "a", "b", "c", "ab", "1", "2", " ", ".", "-", "%", "x", "Z", "_", "\n", "\0", "(", ")", "[", "]", "\200", "\255", "=" }
local function text(most)
  local parts = {}
  local kinds = range(1, #letters)
  for i = 1, below(most + 1) do parts[i] = letters[below(kinds) + 1] end
  return table.concat(parts)
end

local function set()
  local parts = { "[", chance(3) and "^" or "" }
  for _ = 1, range(0, 4) do
    parts[#parts + 1] = pick { "a", "b", "%a", "%d", "%s", "a-c", "0-9", "%]", "]", "-", "%-", "^", ".", "\0-\255", "x-", "%w_", "%", "[", "\128-\255", "%Z", "c-a" }
  end
  parts[#parts + 1] = chance(12) and "" or "]"
  return table.concat(parts)
end

local function single()
  local kind = below(10)
  if kind < 4 then return pick { "a", "b", "c", "1", " ", "x", "\0", "=", "\200" } end
  if kind < 5 then return "." end
  if kind < 7 then return "%" .. pick { "a", "d", "l", "s", "u", "w", "x", "p", "c", "g", "A", "D", "L", "S", "U", "W", "X", "P", "C", "G", "z", "Z", ".", "%", "(", "]", "-", "y" } end
  if kind < 9 then return set() end
  return pick(letters)
end

local function pattern(depth)
  local parts = {}
  if depth == 0 and chance(6) then parts[1] = "^" end
  for _ = 1, range(0, depth == 0 and 5 or 3) do
    local kind = below(20)
    if kind < 13 then
      parts[#parts + 1] = single() .. pick { "", "", "", "*", "+", "-", "?" }
    elseif kind < 16 and depth < 3 then
      parts[#parts + 1] = "(" .. (chance(4) and "" or pattern(depth + 1)) .. (chance(25) and "" or ")")
    elseif kind == 16 then
      parts[#parts + 1] = "%b" .. pick { "()", "ab", "[]", "aa", "(", "", "\0b" }
    elseif kind == 17 then
      parts[#parts + 1] = "%f" .. (chance(10) and "" or set())
    elseif kind == 18 then
      parts[#parts + 1] = "%" .. below(5)
    elseif chance(4) then
      parts[#parts + 1] = pick { "%", "(", ")", "[", "$", "^", "()", "[]", "[^]", "[a-", "[%", "[%]", "*", "-" }
    end
  end
  if depth == 0 and chance(6) then parts[#parts + 1] = "$" end
  return table.concat(parts)
end

local integers = { 0, 1, 2, 3, -1, -2, -3, 5, 10, -10, 64, 255, 256, -128, 32767, 1 << 31, -(1 << 31), (1 << 53) + 1, math.maxinteger, math.mininteger, math.maxinteger - 1, math.mininteger + 1 }
local floats = { 0.0, -0.0, 1.0, 1.5, -2.0, 3.14159, 1e15, 1e100, -1e308, 5e-324, 2 ^ 53, 2 ^ 63, 1 / 0, -1 / 0, 0 / 0, 0.1, 123456.789, 1e-5 }

local function position() return pick { nil, nil, 1, 2, 3, 0, -1, -2, -3, 5, 20, -20, math.maxinteger, math.mininteger, 2.0, "2", "-1" } end

-- A table that tells of each access to it.
local log = {}
local function proxy(list)
  return setmetatable({}, {
    __name = "Proxy",
    __index = function(_, key)
      log[#log + 1] = "get " .. show(key)
      return list[key]
    end,
    __newindex = function(_, key, value)
      log[#log + 1] = "set " .. show(key) .. "=" .. show(value)
      list[key] = value
    end,
    __len = function() return #list end,
    __tostring = chance(2) and function() return "a proxy" end or nil,
  })
end

local function junk()
  return pick {
    nil, true, false, pick(integers), pick(integers), pick(floats), pick(floats), "", "abc", "10", " 0x1p4 ", "-3", "%d", "\0", "%a+", "häß",
    function(...) return ... end, {}, { 1, 2, 3 }, proxy { 3, 1, 2 },
    setmetatable({}, { __name = "Thing" }), setmetatable({}, { __len = function() return "long" end, __index = {}, __newindex = {} }),
    setmetatable({}, { __tostring = function() return 1 end }), setmetatable({}, { __metatable = "mine", __tostring = function() return "it" end }),
  }
end

local function list(most)
  local made = {}
  local kind = below(5)
  for i = 1, below(most + 1) do
    if kind == 0 then made[i] = range(-5, 5)
    elseif kind == 1 then made[i] = text(3)
    elseif kind == 2 then made[i] = range(-500, 500) / 4
    elseif kind == 3 then made[i] = below(100)
    else made[i] = pick { 1, 2.5, "x", "7", true, 3, 4, false } end
  end
  return made
end

-- MARK: the calls, by what they try

local tries = {}

function tries.find() case("string", pick { "find", "match", "find" }, text(12), pattern(0), position(), chance(8) and true or nil) end
function tries.match() case("string", "match", text(20), pattern(0), position()) end
function tries.plain() case("string", "find", text(30), text(2), position(), pick { nil, true, false, 1 }) end

function tries.gmatch()
  local subject, p, init = text(14), pattern(0), position()
  local results = table.pack(pcall(string.gmatch, subject, p, init))
  local shown = "gmatch " .. show_all({ n = 3, subject, p, init }, 1) .. ":"
  for _ = 1, results[1] and 20 or 0 do
    local step = table.pack(pcall(results[2]))
    shown = shown .. " " .. show_all(step, 1) .. ";"
    if not step[1] or step[2] == nil then break end
  end
  lines[#lines + 1] = shown .. (results[1] and "" or show_all(results, 1))
end

function tries.gsub()
  local seen = {}
  local replacement = pick {
    text(4), "<%0>", "%1", "%2%1", "%%", "%", "%x", "", "\0", 7, 1.5, { a = "A", b = 1, c = false, ab = "" },
    function(...)
      seen[#seen + 1] = show_all(table.pack(...), 1)
      return pick { nil, false, "r", 3, 2.5, ... }
    end,
    function() return {} end, function() error("thrown") end, function() error({}) end, proxy { "one", "two" },
  }
  case("string", "gsub", text(16), pattern(0), replacement, pick { nil, nil, nil, 0, 1, 2, -1, math.maxinteger, "2", 1.5 })
  lines[#lines] = lines[#lines] .. " " .. table.concat(seen, "|")
end

function tries.format()
  local parts, arguments = {}, { n = 0 }
  for i = 1, range(1, 3) do
    local flags = ""
    for _ = 1, pick { 0, 0, 0, 1, 1, 2 } do flags = flags .. pick { "-", "-", "+", "#", "0", " " } end
    local width = pick { "", "", "", "", "5", "12", "99", "1", chance(4) and "100" or "" }
    local precision = pick { "", "", "", "", ".", ".0", ".3", ".20", ".99", chance(4) and ".100" or ".1", chance(4) and ".1.2" or ".2" }
    local letter = pick { "d", "i", "u", "c", "o", "x", "X", "a", "A", "e", "E", "f", "F", "g", "G", "p", "q", "s", "s", "d", "s", "q", chance(3) and pick { "y", "", "l", "\0", "n" } or "g" }
    if chance(2) then flags, width, precision = "", "", "" end
    parts[i] = text(2):gsub("%%", "") .. "%" .. flags .. width .. precision .. letter .. pick { "", "%%", "\0", "z" }
    local argument
    if letter == "p" then argument = pick { nil, 1, true }
    elseif letter == "s" or letter == "q" then argument = pick { text(5), text(200), pick(integers), pick(floats), nil, true, "a\nb\"\\\r\0001", "\0" .. "1", proxy {}, ("x"):rep(120) }
    elseif chance(6) then argument = pick { "12", "x", {}, nil, true, " 3 ", "1e3", 2.5 }
    elseif chance(2) or ("diucoxX"):find(letter, 1, true) then argument = pick(integers)
    else argument = pick(floats) end
    if type(argument) == "table" and getmetatable(argument) and not getmetatable(argument).__tostring then argument = "t" end
    if not chance(15) then
      arguments.n = i
      arguments[i] = argument
    end
  end
  case("string", "format", table.concat(parts), table.unpack(arguments, 1, arguments.n))
end

local function pack_format(most)
  local parts = {}
  for i = 1, below(most + 1) do
    parts[i] = pick {
      "b", "B", "h", "H", "l", "L", "j", "J", "T", "f", "n", "d", "i", "I", "s", "z", "x", " ", "<", ">", "=", "!", "i" .. range(0, 17), "I" .. range(1, 16),
      "s" .. range(1, 9), "c" .. range(0, 12), "!" .. pick { 1, 2, 4, 8, 16, 8, 4, chance(3) and 3 or 2, chance(3) and 0 or 1 }, "Xi4", "Xd", "i3", "I7", "!4i8", "c999", "b", "z", "s1", "f", "d", "n", chance(3) and pick { "X", "Xc1", "X!", "c", "y", "\1" } or "j",
    }
  end
  return table.concat(parts)
end

function tries.pack()
  local format = pack_format(6)
  local arguments = {}
  for i = 1, 7 do
    arguments[i] = pick { pick(integers), pick(integers), below(200), below(200), pick(floats), text(6), text(6), "x", "12", chance(30) and {} or 1 }
  end
  local results = case("string", "pack", format, table.unpack(arguments, 1, chance(8) and below(7) or 7))
  case("string", "packsize", format)
  if results[1] then
    local data = results[2]
    if chance(4) then data = data:sub(1, below(#data + 1)) end
    case("string", "unpack", format, data, position())
  end
end

function tries.unpack()
  local bytes = {}
  for i = 1, below(40) do bytes[i] = string.char(pick { 0, 0, 0, 1, 2, 5, 127, 128, 255, 255, below(256) }) end
  case("string", "unpack", pack_format(5), table.concat(bytes), position())
  case("string", "packsize", pick { pack_format(9), "c2147483647", "c2147483639c9", "c214748363c2147483639", "i16i17", "!16Xi16", "s", "z" })
end

local function some_list(most)
  local made = list(most)
  if chance(3) then return proxy(made), made end
  return made, made
end

local function logged(name, given, real, ...)
  log = {}
  case("table", name, given, ...)
  lines[#lines] = lines[#lines] .. " " .. show(real) .. " " .. table.concat(log, ";")
end

function tries.insert()
  local given, real = some_list(8)
  if chance(4) then logged("insert", given, real, text(2)) else logged("insert", given, real, pick { range(0, 10), 1, "2", 1.0, 1.5, #real + 1, #real + 2, math.mininteger }, pick { 1, "v", nil }) end
end
function tries.remove()
  local given, real = some_list(8)
  logged("remove", given, real, pick { nil, nil, range(-1, 10), 1, #real, #real + 1, #real + 2, 0, "1", 1.5 })
end
function tries.concat()
  local given, real = some_list(8)
  logged("concat", given, real, pick { nil, ",", "", 1, "--" }, pick { nil, 1, 2, 0, math.maxinteger, -1 }, pick { nil, #real, 3, 0, 20, math.maxinteger, math.mininteger })
end
function tries.move()
  local given, real = some_list(8)
  local other = pick { nil, {}, proxy {} }
  local first, last = range(-2, 6), range(-2, 9)
  if chance(10) then first, last = pick { math.maxinteger, math.mininteger, 1, 0, -1 }, pick { math.mininteger, math.maxinteger, 0 } end
  if math.ult(60, last - first) and last > first and not (first <= 0 and last >= math.maxinteger + first) then last = first end
  logged("move", given, real, first, last, pick { range(-3, 10), 1, 2, math.maxinteger, math.maxinteger - 3, math.mininteger, "1" }, other)
  if other then lines[#lines] = lines[#lines] .. show(other) end
end
function tries.unpack_list()
  local given, real = some_list(8)
  logged("unpack", given, real, pick { nil, 1, 2, 0, -1, math.maxinteger, math.mininteger, "1" }, pick { nil, 3, 0, 10, math.maxinteger, math.mininteger, 10000000 })
  case("table", "pack", table.unpack(real))
end
function tries.sort()
  local given, real = some_list(pick { 3, 10, 60, 95 })
  logged("sort", given, real, pick {
    nil, nil, nil, function(a, b) return tostring(a) > tostring(b) end, function(a, b) return a > b end, function() return true end, function() return false end,
    function() return chance(2) end, function() error("thrown") end, function(a, b) return a <= b end, 1, "x", {}, rawequal, math.max,
  })
end

function tries.utf8()
  local parts = {}
  for i = 1, below(8) do
    parts[i] = pick { "a", "ä", "€", "😀", "\u{7FFFFFFF}", "\u{D800}", "\u{10FFFF}", "\u{110000}", "\x80", "\xC0\x80", "\xE2\x82", "\xFF", "\xFE\x80\x80\x80\x80\x80\x80", "\xED\xA0\x80", "\0", "\xF4\x90\x80\x80", "z", "\xFF\xBF\xBF\xBF\xBF\xBF\xBF\xBF" }
  end
  local subject = table.concat(parts)
  local lax = pick { nil, true, false }
  case("utf8", "len", subject, position(), position(), lax)
  case("utf8", "codepoint", subject, position(), position(), lax)
  case("utf8", "offset", subject, pick { 0, 1, 2, 3, -1, -2, -3, 9, -9, math.maxinteger, math.mininteger }, position())
  local shown = "utf8.codes " .. show(subject) .. ":"
  local ended, message = pcall(function()
    for at, code in utf8.codes(subject, lax) do shown = shown .. " " .. at .. "=" .. code end
  end)
  lines[#lines + 1] = shown .. " " .. tostring(ended) .. show(message)
  local step = utf8.codes(subject, lax)
  lines[#lines + 1] = "utf8 step " .. show_all(table.pack(pcall(step, subject, position() or 0)), 1)
  case("utf8", "char", pick { below(200), 0x20AC }, pick { nil, 0x10FFFF, 0x7FFFFFFF, 0x80000000, -1, "65", 1.5, 0xD800 })
end

function tries.strings()
  local subject = text(20)
  case("string", pick { "upper", "lower", "reverse", "len" }, subject)
  case("string", "byte", subject, position(), position())
  case("string", "sub", subject, position() or 1, position())
  case("string", "char", below(300) - 20, pick { 0, 255, 256, -1, "65", 1.5, 65.0 })
  case("string", "rep", pick { "b", "a", text(5) .. "c", ("y"):rep(range(1, 300)) }, pick { range(-2, 12), range(0, 400), 1 << 40, math.maxinteger, "3" }, pick { nil, "", ",", text(3) })
  if chance(20) then
    case("string", "rep", ("z"):rep(range(1, 70000)), range(1, 12), pick { nil, ("s"):rep(range(1, 70000)) })
    case("string", pick { "upper", "reverse" }, ("aB\0"):rep(range(60000, 70000)))
  end
end

local function digits(most, alphabet)
  local parts = {}
  for i = 1, below(most + 1) do parts[i] = alphabet[below(#alphabet) + 1] end
  return table.concat(parts)
end
local decimal = { "0", "1", "2", "3", "4", "5", "6", "7", "8", "9" }
local hexadecimal = { "0", "1", "7", "8", "9", "a", "F", "f", "0" }
local function fill() return chance(3) and pick { " ", "0", "9", "1", "5", "\t\n", "00", "f", "z" }:rep(range(1, 1500)) or "" end

function tries.tonumber()
  local hex = chance(3)
  local alphabet = hex and hexadecimal or decimal
  local parts = {
    pick { "", " ", "\n\t ", (" "):rep(below(1200)) }, pick { "", "-", "+", "", "- " }, hex and pick { "0x", "0X" } or "", pick { "", "", ("0"):rep(below(1500)) },
    digits(25, alphabet), fill(), pick { "", ".", ".", "..", " " }, pick { "", ("0"):rep(below(1500)) }, digits(25, alphabet), fill(),
    pick { "", "", hex and "p" or "e", hex and "P" or "E", "e" }, pick { "", "+", "-" }, pick { "", digits(3, decimal), digits(5, decimal), "1", ("0"):rep(below(1300)) .. "2", "99999999999999999999" },
    pick { "", " ", "x", "\0", (" "):rep(below(1200)) },
  }
  local numeral = table.concat(parts)
  case("_G", "tonumber", numeral)
  lines[#lines] = lines[#lines] .. " of " .. show(numeral:sub(1, 80))
  case("_G", "tonumber", pick { numeral, digits(20, { "0", "1", "z", "A", "9" }), " -ff ", "7fffffffffffffff", "", " ", "1 1", "-", "8" .. (" "):rep(2000), "+10", "- 1" }, pick { 2, 8, 10, 16, 36, 1, 37, 0, "16", 10.0, 7 })
  case("_G", "tonumber", pick { numeral, junk() }, pick { nil, nil, 10, {} })
end

local operations = {
  function(a, b) return a + b end, function(a, b) return a - b end, function(a, b) return a * b end, function(a, b) return a / b end, function(a, b) return a % b end,
  function(a, b) return a // b end, function(a, b) return a ^ b end, function(a) return -a end, function(a, b) return a | b end, function(a, b) return a .. b end,
}
function tries.arithmetic()
  local operand = setmetatable({}, { __add = function(a, b) return "added" end, __unm = function() return "negated" end, __idiv = function() return {} end })
  local a = pick { "10", " 0x10 ", "1e2", "x", "", "-3.5", "7" .. (" "):rep(2000), ("0"):rep(2000) .. "2", digits(30, decimal) }
  local b = pick { a, 2, 2.5, "3", "0", 0, operand, {}, nil, true, ("1"):rep(1500), "9007199254740993" }
  if chance(2) then a, b = b, a end
  local operation = below(#operations) + 1
  lines[#lines + 1] = "operation " .. operation .. " " .. show_all({ n = 2, a, b }, 1) .. " -> " .. show_all(table.pack(pcall(operations[operation], a, b)), 1)
end

-- Numerals at the border between two floats, where one digit far behind decides.
function tries.rounding()
  local bits = range(0, (1 << 52) - 1)
  local float = (1.0 + bits / 2.0 ^ 52) * 2.0 ^ range(-1070, 1020)
  local half = ("%.1100f"):gsub("1100", "99"):format(float)
  local behind = pick { "", "0", "1", "9" }
  case("_G", "tonumber", half .. ("0"):rep(range(1000, 1100)) .. behind)
  local middle = tostring((1 << 53) + range(0, 1000) * 2 + 1)
  case("_G", "tonumber", middle .. "." .. ("0"):rep(range(700, 2000)) .. behind)
  case("_G", "tonumber", "0x1" .. digits(12, hexadecimal) .. pick { "8", "7", "9" } .. ("0"):rep(range(1100, 1200)) .. behind .. ".0")
  case("_G", "tonumber", "0x0." .. ("0"):rep(range(1100, 1200)) .. "1" .. digits(12, hexadecimal) .. "8p" .. range(3000, 6000))
end

function tries.os()
  case("os", "date", pick {
    "!%c", "!*t", "*t", "%Y-%m-%d", "!%H:%M:%S", "%Ex", "!%Od|%EY", "%", "%Q", "%E", "%Ez", "%O", "!", "", "*tx", "!%%", "a%nb%tc", "%j%U%w%a%A%b%B%p%z%Z", "!%G%V%u%g%e%D%F%R%T%r%h%C%I%x%X%y",
  }, pick { 0, 1, 86399, 1700000000, -1, -62135596800, 1 << 60, "10", 1.5, {}, 2000000000 })
  -- (no year at an int's end: what Lua's own leaves in yday then is whatever the stack held)
  local fields = { year = pick { 2024, 1970, 1900, 0, "2020", 2147485548, nil, 1e30, -5 }, month = pick { 1, 2, 12, 13, 0, -3, "7", 1.5, nil, {} }, day = pick { 1, 31, 0, 400, nil, "x" } }
  fields.hour, fields.min, fields.sec = pick { nil, 0, 25, -1 }, pick { nil, 59, 1000 }, pick { nil, 0, 61, math.maxinteger, math.mininteger }
  fields.isdst = pick { nil, nil, true, false, 1 }
  case("os", "time", fields)
  lines[#lines] = lines[#lines] .. show(fields)
  case("os", "time", pick { 1, "x", {}, false })
end

function tries.load()
  local parts = {}
  for i = 1, range(1, 6) do
    parts[i] = pick { "return ", "local x = 1 ", "x", " + ", "1", "(", ")", "'s'", "\n", "for", " end ", "...", "-- c\n", "goto a ", "\"", "$", "\0", "", 12, ("--" .. ("x"):rep(70000) .. "\n"), ("'" .. ("y"):rep(66000) .. "'") }
  end
  local chunk = pick { table.concat(parts), function() return table.remove(parts, 1) end, function() return pick { parts, 1 } end, function() error("reader") end, 1, "" }
  local results = case("_G", "load", chunk, pick { nil, "=name", "@file.lua", "text\nmore", 5 }, pick { nil, "t", "bt" }, pick { nil, { x = 3 } })
  if results[1] and results[2] then lines[#lines] = lines[#lines] .. show_all(table.pack(pcall(results[2], 5)), 1) end
end

-- Texts that are longer than what is read between two polls.
local near = 65536
function tries.long()
  if not chance(40) then return end
  local size = near * range(1, 2) + range(-3, 3)
  local subject = pick { "a", "ab", "x.", "\0", "ä" }:rep(size):sub(1, size) .. pick { "", "b", "bab", "\0", "%" }
  case("string", "find", subject, ("a"):rep(range(0, 3) * near // 2) .. pick { "", "b", "ab", "x" }, position(), true)
  case("string", "find", subject, pick { "b", "%%", "^a*b", "[^a]", "^.-b", "^(a*)b", "%z", "^a*$", "^a*%f[b]", "^(.)%1*$", "^%bab" })
  case("string", "find", subject:sub(-3000), pick { "a*b", ".-b", "(a*)b", "a*$", "(a*)%1$", "%bab" })
  local filler = pick { "x", "\1-\31", "%d", "^" }:rep(range(4090, 4100) // pick { 1, 2, 3 })
  case("string", "match", "q--ab", pick { "[", "[^" } .. filler .. pick { "a-c", "%a", "-", "]" } .. pick { "]", "", "]*" })
  case("string", "gsub", subject:sub(1, 3000), pick { "", ".", "a", "%w*" }, pick { "<%0>", "", ("%1"):rep(100) })
  case("string", "gsub", subject, pick { "ab", "[^a]", "a+", "" }, pick { "", "z", "%0%0" })
  case("string", "gsub", "one", "o", ("x"):rep(size) .. "%0")
  case("string", pick { "reverse", "upper", "lower" }, subject)
  case("string", "format", subject:gsub("%%", "%%%%") .. "%d", 5)
  case("string", "format", pick { "%q", "%s", "%.5s", "%5s", "%-3s" }, subject)
  case("string", "pack", pick { "z", "s4", "s2", "c" .. size, "c" .. size + 70000 }, subject:sub(1, size))
  case("string", "unpack", pick { "z", "s4", "c" .. size }, pick { subject, subject .. "\0" })
  case("string", "rep", subject, range(1, 3), pick { ",", subject })
  case("utf8", "len", subject, pick { 1, near, -5 })
  case("utf8", "offset", subject, pick { 1, near, -near, size, -size, 0 }, pick { 1, -1, near })
  case("utf8", "offset", ("\x80"):rep(size), 0, pick { size, 5 })
  case("_G", "tonumber", pick { " ", "1", "0", "f" }:rep(size) .. pick { "", "7", "." }, pick { nil, 16, 2 })
  case("_G", "load", subject:gsub("%.", "_") .. " = 1") -- the sandbox refuses a chain of so many indices
  local values = table.pack(subject:byte(1, pick { 1000, near, near + 1 }))
  case("string", "char", table.unpack(values))
  case("table", "concat", values, pick { ",", "" })
  case("utf8", "codepoint", subject, 1, pick { near, near - 1, near + 1 }, true)
end

local anything = {
  { "string", "find" }, { "string", "match" }, { "string", "gmatch" }, { "string", "gsub" }, { "string", "byte" }, { "string", "char" }, { "string", "upper" },
  { "string", "lower" }, { "string", "reverse" }, { "string", "pack" }, { "string", "packsize" }, { "string", "unpack" }, { "string", "len" }, { "string", "sub" },
  { "string", "rep" }, { "table", "concat" }, { "table", "insert" }, { "table", "remove" }, { "table", "pack" }, { "table", "sort" }, { "utf8", "char" }, { "utf8", "len" },
  { "utf8", "codepoint" }, { "utf8", "codes" }, { "utf8", "offset" }, { "_G", "tonumber" }, { "os", "date" }, { "os", "time" }, { "_G", "load" }, { "table", "move" }, { "table", "unpack" }, { "string", "format" },
}
function tries.anything()
  local name = pick(anything)
  local arguments = { n = below(6) }
  for i = 1, arguments.n do arguments[i] = junk() end
  if name[2] == "rep" and (math.tointeger(tonumber(arguments[2]) or 0) or 0) > 100000 then arguments[2] = 3 end
  if name[2] == "move" then for i = 2, 4 do if math.ult(1000, math.tointeger(tonumber(arguments[i]) or 0) or 0) then arguments[i] = i end end end
  if name[2] == "format" and arguments.n > 1 then arguments[1] = pick { "%d", "%s", "%q", "%c%s", "%g", "%5s", "%x" } end
  for i = 1, arguments.n do
    local given = arguments[i]
    if (name[2] == "format" or name[2] == "char") and (type(given) == "function" or type(given) == "table" and not pcall(tostring, given)) then arguments[i] = i end
    if name[2] == "format" and type(given) == "table" and not (getmetatable(given) and type(getmetatable(given)) == "table" and getmetatable(given).__tostring) then arguments[i] = i end
  end
  if name[2] == "time" and arguments[1] == nil then arguments[1], arguments.n = {}, math.max(arguments.n, 1) end -- not the time now
  if name[2] == "load" then arguments[3] = "t" end -- the sandbox's mode is always that
  if name[2] == "date" then arguments[1], arguments[2], arguments.n = arguments[1], 5, 2 end
  if name[2] == "date" and (arguments[1] == nil) then arguments[1] = "%d" end
  if name[2] == "gmatch" or name[2] == "codes" then
    lines[#lines + 1] = name[2] .. show_all(arguments, 1) .. show_all(table.pack(select("#", pcall(_G[name[1]][name[2]], table.unpack(arguments, 1, arguments.n)))), 1)
    local message = select(2, pcall(_G[name[1]][name[2]], table.unpack(arguments, 1, arguments.n)))
    if type(message) == "string" then lines[#lines] = lines[#lines] .. message end
    return
  end
  case(name[1], name[2], table.unpack(arguments, 1, arguments.n))
end

local names = {}
for name in next, tries do names[#names + 1] = name end
table.sort(names)
for _, name in ipairs { "find", "match", "gsub", "gmatch", "find", "match", "gsub", "format", "anything", "anything" } do names[#names + 1] = name end

-- Addresses differ from state to state.
local function cleaned(line) return (line:gsub("(%a: )0x%x+", "%1ADDRESS")) end

while #lines < count do tries[pick(names)]() end
for i = 1, #lines do lines[i] = cleaned(lines[i]) end
return table.concat(lines, "\n")
