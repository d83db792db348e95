error({ code = "x" })
