package org.squeezebert.edge.text.tokenizer

/**
 * The model's tokens, found by their code points without making a string of them.
 *
 * @param ids id of each token
 * @param prefix what the file writes before a token that continues a word, usually `##`
 */
internal class Vocabulary(private val ids: Map<String, Int>, prefix: String) {
    /** A token: its code points with the prefix that it has in the file, and its id. */
    class Token(val points: IntArray, val hash: Int, val id: Int)

    private val tokensById = HashMap<Int, String>(2 * ids.size)
    private val prefixPoints = points(prefix)
    private val prefixHash = hash(prefixPoints)
    private val longest: Int
    private val shift: Int
    private val slots: Array<Token?>

    init {
        // At most half of the slots, of which there are a power of two, are taken.
        val bits = Int.SIZE_BITS - maxOf(16, 2 * ids.size - 1).countLeadingZeroBits()
        shift = Int.SIZE_BITS - bits
        slots = arrayOfNulls(1 shl bits)
        var most = 0
        for ((token, id) in ids) {
            val points = points(token)
            most = maxOf(most, points.size)
            tokensById[id] = token
            insert(Token(points, hash(points), id))
        }
        longest = most
    }

    /** Number of tokens. */
    val size: Int get() = ids.size

    /** The id of [token], or null. */
    fun id(token: String): Int? = ids[token]

    /** The token of [id], or null. */
    fun token(id: Int): String? = tokensById[id]

    /**
     * The longest token that [points] have at [from], before [to], or null.
     *
     * @param continues whether the token continues a word, so that the vocabulary has it behind the prefix
     */
    fun longestAt(points: IntArray, from: Int, to: Int, continues: Boolean): Token? {
        val prefix = prefixSize(continues)
        var hash = if (continues) prefixHash else 0
        var found: Token? = null
        for (end in from until minOf(to, from + longest)) {
            hash = HASH_FACTOR * hash + points[end]
            found = find(hash, points, from, end + 1, prefix) ?: found
        }
        return found
    }

    /** How many code points of the text [token] stands for. */
    fun length(token: Token, continues: Boolean): Int = token.points.size - prefixSize(continues)

    private fun prefixSize(continues: Boolean): Int = if (continues) prefixPoints.size else 0

    private fun find(hash: Int, points: IntArray, from: Int, to: Int, prefix: Int): Token? {
        var slot = slot(hash)
        while (true) {
            val token = slots[slot] ?: return null
            if (token.hash == hash && token.isAt(points, from, to, prefix)) return token
            slot = (slot + 1) and (slots.size - 1)
        }
    }

    private fun Token.isAt(text: IntArray, from: Int, to: Int, prefix: Int): Boolean {
        if (points.size != prefix + to - from) return false
        for (index in 0 until prefix) if (points[index] != prefixPoints[index]) return false
        for (index in from until to) if (points[prefix + index - from] != text[index]) return false
        return true
    }

    private fun insert(token: Token) {
        var slot = slot(token.hash)
        while (slots[slot] != null) slot = (slot + 1) and (slots.size - 1)
        slots[slot] = token
    }

    // The bits of a product by an odd constant are well mixed at the top (Fibonacci hashing).
    private fun slot(hash: Int): Int = hash * GOLDEN_RATIO ushr shift

    private companion object {
        const val HASH_FACTOR = 31
        const val GOLDEN_RATIO = -0x61c88647

        fun hash(points: IntArray): Int = points.fold(0) { hash, point -> HASH_FACTOR * hash + point }

        fun points(token: String): IntArray {
            val points = IntArray(token.codePointCount(0, token.length))
            var index = 0
            for (number in points.indices) {
                points[number] = token.codePointAt(index)
                index += Character.charCount(points[number])
            }
            return points
        }
    }
}
