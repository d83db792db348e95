-- Functions that every peer looks up by name and calls from the host.

function add2(a, b)
  return a + b
end

function echo(value)
  return value
end

-- A new record of the same shape: half of the fields changed, half copied.
function update_record(r)
  return {
    id = r.id + 1,
    name = r.name,
    kind = r.kind,
    width = r.width,
    height = r.height,
    scale = r.scale * 0.5,
    enabled = not r.enabled,
    author = r.author,
    revision = r.revision + 1,
    note = r.note,
  }
end

-- The host has registered host_add. The loop itself is part of what is measured.
function host_loop(n)
  local f, sum = host_add, 0
  for _ = 1, n do
    sum = f(sum, 1)
  end
  return sum
end
