import Perilune

/// A new plugin of a type that does a little of what such plugins do, and a test of that.
struct PluginTemplate {
    let name: String
    let type: PluginType

    var plugin: String {
        """
        ---@type perilune.\(type.rawValue.prefix(1).uppercased() + type.rawValue.dropFirst())
        return {
          name = "\(name)",
          version = "0.1.0",
          description = "\(description)",
          plugin_type = "\(type.rawValue)",\(head)

        \(operations)
        }

        """
    }

    var test: String {
        """
        -- run it with: perilune test
        return {
          plugin = "plugin_\(name).lua",\(grants)
          tests = {
        \(tests)
          },
        }

        """
    }

    private var description: String {
        switch type {
        case .provider: "Gives the numbers from 1 to a last one"
        case .processor: "Gives each text in upper case, and drops what is none"
        case .storage: "Keeps values under keys"
        case .monitor: "Warns of slow operations"
        }
    }

    private var head: String {
        switch type {
        case .provider: "\n  config = { last = { type = \"integer\", default = 3, minimum = 0, description = \"The last number\" } },"
        case .processor: ""
        case .storage: "\n  permissions = { store = true },"
        case .monitor: "\n  config = { seconds = { type = \"number\", default = 1, minimum = 0, description = \"What is slow\" } },"
        }
    }

    private var grants: String { type == .storage ? "\n  grants = { \"store\" }," : "" }

    private var operations: String {
        switch type {
        case .provider:
            """
              provide = function(ctx, request)
                local number = 0
                return function()
                  number = number + 1
                  if number <= ctx.config.last then return { number = number } end
                end
              end,
            """
        case .processor:
            """
              process = function(ctx, item)
                if type(item) ~= "string" then return nil end
                return item:upper()
              end,
            """
        case .storage:
            """
              put = function(ctx, key, value) ctx.store.put(key, value) end,

              get = function(ctx, key) return ctx.store.get(key) end,

              delete = function(ctx, key) ctx.store.delete(key) end,

              list = function(ctx, prefix) return ctx.store.list(prefix) end,
            """
        case .monitor:
            """
              observe = function(ctx, event)
                if event.duration >= ctx.config.seconds then
                  ctx.log.warn("slow operation", { plugin = event.plugin, operation = event.operation, seconds = event.duration })
                end
              end,
            """
        }
    }

    private var tests: String {
        switch type {
        case .provider:
            """
                ["gives the numbers up to the last"] = function(t)
                  local next, numbers = t.call("provide", {}), {}
                  for item in next do numbers[#numbers + 1] = item.number end
                  t.equal(numbers, { 1, 2, 3 })
                end,
            """
        case .processor:
            """
                ["gives a text in upper case"] = function(t)
                  t.equal(t.call("process", "some words"), "SOME WORDS")
                end,

                ["drops what is no text"] = function(t)
                  t.equal(t.call("process", 5), nil)
                end,
            """
        case .storage:
            """
                ["gives back what it was given"] = function(t)
                  t.call("put", "a", { n = 1 })
                  t.equal(t.call("get", "a"), { n = 1 })
                  t.equal(t.call("list", ""), { "a" })
                  t.call("delete", "a")
                  t.equal(t.call("get", "a"), nil)
                end,
            """
        case .monitor:
            """
                ["warns of a slow operation only"] = function(t)
                  t.call("observe", { plugin = "a", operation = "process", duration = 0.5 })
                  t.equal(#t.logs(), 0)
                  t.call("observe", { plugin = "a", operation = "process", duration = 2 })
                  t.equal(t.logs()[1].message, "slow operation")
                  t.equal(t.logs()[1].level, "warn")
                end,
            """
        }
    }
}
