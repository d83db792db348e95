/// A folder with plugins and a pipeline file, in which runs leave what they store.
struct PipelineFolder {
    let folder = TemporaryFolder()

    init() {
        folder.plugin(
            "numbers", type: "provider", in: "plugins",
            """
            config = { first = { type = 'integer', default = 1 } },
            provide = function(ctx, request)
              local n = ctx.config.first - 1
              return function()
                n = n + 1
                if n < ctx.config.first + (request.count or 3) then return { id = 'k' .. n, n = n } end
              end
            end
            """)
        folder.plugin("odd", in: "plugins", "process = function(_, item) if item.n % 2 == 1 then return item end end")
        folder.plugin("twice", in: "plugins", "process = function(_, item) return item, { id = item.id .. '+', n = item.n } end")
        folder.plugin(
            "picky", in: "plugins",
            "tries = function() return T end, process = function(_, item) T = (T or 0) + 1 if item.n == 2 then error('no twos') end return item end")
        folder.plugin("third_time", in: "plugins", "process = function(_, item) T = (T or 0) + 1 if T < 3 then error('not yet') end return item end")
        folder.plugin("keep", type: "storage", in: "plugins", "put = function(_, key, item) print(key .. '=' .. item.n) end")
        folder.plugin("watch", type: "monitor", in: "plugins", "observe = function(_, event) print(event.plugin .. '.' .. event.operation) end")
    }

    /// Writes the file; a store beside it, so that no run writes elsewhere.
    @discardableResult
    func pipeline(_ text: String) -> String { folder.write("pipeline.yaml", "plugins: plugins\nstore: out.db\n" + text) }

    func run(_ text: String, _ arguments: String..., isTerminal: Bool = false) async -> Outcome {
        await perilune(["run", pipeline(text)] + arguments, isTerminal: isTerminal)
    }
}
