package org.squeezebert.edge.text.tokenizer

/** How many tokens of two texts stay, of those that they have. */
internal data class Kept(val first: Int, val second: Int)

/** Cuts two texts of [first] and [second] tokens to [room] tokens: the longer one, then both to one length. */
internal fun longestFirst(first: Int, second: Int, room: Int): Kept {
    if (first + second <= room) return Kept(first, second)
    val swapped = first > second
    val shorter = minOf(first, second)
    val longer = if (shorter > room) shorter else maxOf(shorter, room - shorter)
    val kept =
        if (shorter + longer > room) {
            Kept(room / 2, room / 2 + room % 2)
        } else {
            Kept(shorter, longer)
        }
    return if (swapped) Kept(kept.second, kept.first) else kept
}

/** Windows of [room] tokens over [size] tokens, each with the last [overlap] of the one before it. */
internal fun windows(size: Int, room: Int, overlap: Int): List<IntRange> {
    val windows = mutableListOf<IntRange>()
    var start = 0
    do {
        val end = minOf(start + room, size)
        windows += start until end
        start += room - overlap
    } while (end < size)
    return windows
}
