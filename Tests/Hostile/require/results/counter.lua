runs = (runs or 0) + 1
return { runs = runs, name = (...), count = select("#", ...) }
