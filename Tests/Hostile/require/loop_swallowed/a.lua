return pcall(require, "b")
