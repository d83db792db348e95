-- outcome: ok
-- about: objects, inheritance and operators
-- result: ["Rex says woof","(4, 6)",true,false,5,"vector"]

return {
  name = "harmless-classes", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local Animal = {}
    Animal.__index = Animal
    function Animal.new(name, sound) return setmetatable({ name = name, sound = sound }, Animal) end
    function Animal:speak() return self.name .. " says " .. self.sound end
    local Dog = setmetatable({}, { __index = Animal })
    Dog.__index = Dog
    function Dog.new(name) return setmetatable(Animal.new(name, "woof"), Dog) end
    local Vector = { __name = "vector" }
    Vector.__index = Vector
    Vector.__add = function(a, b) return setmetatable({ a[1] + b[1], a[2] + b[2] }, Vector) end
    Vector.__eq = function(a, b) return a[1] == b[1] and a[2] == b[2] end
    Vector.__lt = function(a, b) return #a < #b end
    Vector.__len = function(v) return (v[1] * v[1] + v[2] * v[2]) ^ 0.5 // 1 | 0 end
    Vector.__tostring = function(v) return "(" .. v[1] .. ", " .. v[2] .. ")" end
    Vector.__call = function(v) return getmetatable(v).__name end
    local function vector(x, y) return setmetatable({ x, y }, Vector) end
    return Dog.new("Rex"):speak(), tostring(vector(1, 2) + vector(3, 4)), vector(1, 1) == vector(1, 1), vector(9, 9) < vector(1, 1), #vector(3, 4), vector(0, 0)()
  end,
}
