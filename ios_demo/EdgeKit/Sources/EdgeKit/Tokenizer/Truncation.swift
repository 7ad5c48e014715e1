/// How many tokens of two texts stay, of those that they have.
struct Kept: Equatable {
    let first: Int
    let second: Int
}

/// Cuts two texts of `first` and `second` tokens to `room` tokens: the longer one, then both to one length.
func longestFirst(_ first: Int, _ second: Int, room: Int) -> Kept {
    if first + second <= room { return Kept(first: first, second: second) }
    let shorter = min(first, second)
    let longer = shorter > room ? shorter : max(shorter, room - shorter)
    let (less, more) = shorter + longer > room ? (room / 2, room / 2 + room % 2) : (shorter, longer)
    return first > second ? Kept(first: more, second: less) : Kept(first: less, second: more)
}

/// Windows of `room` tokens over `count` tokens, each with the last `overlap` of the one before it.
func windows(_ count: Int, room: Int, overlap: Int) -> [Range<Int>] {
    var windows: [Range<Int>] = []
    var start = 0
    while true {
        let end = min(start + room, count)
        windows.append(start..<end)
        if end == count { return windows }
        start += room - overlap
    }
}
