package org.squeezebert.edge.text.tokenizer

import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertTrue

/** Every id, offset and word number is the Python library's, for more than 100,000 encodings and eight tokenizers. */
class TokenizerVectorsTest {
    @Test
    fun `MiniLM's tokenizer of 30,522 tokens`() = assertSame("minilm", atLeast = 35_000)

    @Test
    fun `a vocabulary pruned to 10,000 tokens`() = assertSame("intents", atLeast = 10_000)

    @Test
    fun `a tokenizer that keeps the case, and BertProcessing`() = assertSame("cased", atLeast = 9_000)

    @Test
    fun `a vocabulary of characters shows what each is normalized to`() = assertSame("characters", atLeast = 20_000)

    @Test
    fun `accents stripped and the case kept`() = assertSame("accents-stripped-only", atLeast = 4_000)

    @Test
    fun `lower-cased with its accents`() = assertSame("lowered-only", atLeast = 4_000)

    @Test
    fun `control characters kept and Chinese not spaced`() = assertSame("not-cleaned", atLeast = 4_000)

    @Test
    fun `added tokens with all flags, behind a sequence of normalizers`() = assertSame("added-tokens", atLeast = 4_000)

    @Test
    fun `every folder of vectors is compared`() {
        val names = TokenizerVectors.folder().list().orEmpty().toSet()

        val compared = "accents-stripped-only added-tokens cased characters intents lowered-only minilm not-cleaned"
        assertEquals(compared.split(' ').toSet(), names)
    }

    private fun assertSame(name: String, atLeast: Int) {
        val vectors = TokenizerVectors(name)
        val tokenizer = vectors.tokenizer
        val differences = Differences(name)
        val encodings =
            vectors.encodings {
                val what = "${it.texts.map(::escaped)} to ${it.maxLength}"
                differences.add(what, it.tokens) { TokensVector(tokenizer.encode(it.texts, it.maxLength)) }
                differences.add("the count of ${it.texts.map(::escaped)}", it.count) { tokenizer.count(it.texts) }
            }
        val windows =
            vectors.windows {
                val what = "${escaped(it.question)}, ${escaped(it.context)} to ${it.maxLength} by ${it.stride}"
                differences.add(what, it.windows) {
                    tokenizer.encodeWindows(it.question, it.context, it.maxLength, it.stride).map(::TokensVector)
                }
            }
        val decodings =
            vectors.decodings {
                differences.add("tokens of ${it.ids}", it.tokens.map(::escaped)) {
                    it.ids.map { id -> escaped(tokenizer.token(id)) }
                }
                differences.add("text of ${it.ids}", escaped(it.text)) {
                    escaped(tokenizer.decode(it.ids.toIntArray()))
                }
            }
        differences.assertNone()
        assertTrue(encodings >= atLeast, "$name: only $encodings encodings")
        assertTrue(windows >= 100 && decodings >= 100, "$name: only $windows windows and $decodings decodings")
    }
}

/** Collects what differs, and says the first of it. */
private class Differences(private val name: String) {
    private var number = 0
    private val first = mutableListOf<String>()

    fun <T> add(what: String, expected: T, made: () -> T) {
        val actual = runCatching(made)
        if (actual.isSuccess && actual.getOrNull() == expected) return
        number++
        if (first.size < SHOWN) first += "$what\n  expected $expected\n  got      ${actual.getOrElse { it }}"
    }

    fun assertNone() {
        assertTrue(number == 0, "$name: $number differences\n${first.joinToString("\n")}")
    }

    private companion object {
        const val SHOWN = 5
    }
}

/** [text] in ASCII, as Kotlin writes it. */
private fun escaped(text: String): String = text.toCharArray().joinToString("", "\"", "\"") {
    if (it in ' '..'~') it.toString() else "\\u" + it.code.toString(16).padStart(4, '0')
}
