return ('%d %s %q'):format(3, {}, 'a\nb'), ('abc'):gsub('%w', { a = 1, b = false }), string.pack('<i4z', 7, 'x'), utf8.char(228, 8364)
