/// The name that was probably meant: the one with the fewest edits, if they are few for its length.
package func nearestName(to wanted: String, among names: some Sequence<String>) -> String? {
    var best: (name: String, distance: Int)?
    let length = wanted.utf8.count
    lazy var bytes = Array(wanted.lowercased().utf8)
    for name in names {
        let (shorter, longer) = (min(length, name.utf8.count), max(length, name.utf8.count))
        let most = max(1, shorter / 3)
        // as many edits at least; a name of a megabyte would take seconds to compare
        if longer - shorter > most { continue }
        let distance = editDistance(bytes, Array(name.lowercased().utf8))
        guard distance <= most, distance < longer, distance <= best?.distance ?? .max else { continue }
        if let best, distance == best.distance, best.name < name { continue }
        best = (name, distance)
    }
    return best?.name
}

/// Damerau's distance with adjacent transpositions (optimal string alignment), O(n * m).
private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in 1...a.count {
        var row = [i]
        for j in 1...b.count {
            var cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
            if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { cost = min(cost, beforeLast[j - 2] + 1) }
            row.append(cost)
        }
        (beforeLast, last) = (last, row)
    }
    return last[b.count]
}
