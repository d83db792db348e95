import Foundation

/// Runs a job for each of a list, at most as many at a time as there are cores, and hands over what came of each in the
/// order of the list, as soon as all before it have been.
///
/// - Parameter predecessors: for each the positions, before its own, of those whose jobs must have ended first.
func concurrently<Element: Sendable, R: Sendable>(
    _ elements: [Element], after predecessors: [[Int]]? = nil, job: @escaping @Sendable (Element) async -> R, take: (Element, R) -> Void
) async {
    guard elements.count > 1 else {
        if let only = elements.first { take(only, await job(only)) }
        return
    }
    var missing = [Int](repeating: 0, count: elements.count)
    var successors = [[Int]](repeating: [], count: elements.count)
    for (index, earlier) in (predecessors ?? []).enumerated() {
        missing[index] = earlier.count
        for position in earlier { successors[position].append(index) }
    }
    var ready = elements.indices.filter { missing[$0] == 0 }
    var (begun, running, taken) = (0, 0, 0)
    var results = [R?](repeating: nil, count: elements.count)
    // two at least, so that one that waits holds up nobody even where there is one core
    let width = max(2, ProcessInfo.processInfo.activeProcessorCount)
    await withTaskGroup(of: (Int, R).self) { group in
        while true {
            while running < width, begun < ready.count {
                let index = ready[begun]
                let element = elements[index]
                begun += 1
                running += 1
                group.addTask { (index, await job(element)) }
            }
            guard let (index, result) = await group.next() else { return }
            running -= 1
            results[index] = result
            for successor in successors[index] {
                missing[successor] -= 1
                if missing[successor] == 0 { ready.append(successor) }
            }
            while taken < results.count, let result = results[taken] {
                results[taken] = nil
                take(elements[taken], result)
                taken += 1
            }
        }
    }
}
