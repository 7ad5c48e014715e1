package org.squeezebert.edge.text.tokenizer

import java.lang.management.ManagementFactory
import kotlin.random.Random
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertTrue

/** What holds for every text, halves of surrogate pairs included, tried with random ones. */
class RandomTextsTest {
    private val tokenizer = SmallTokenizer.read()
    private val random = Random(7)
    private val threads = ManagementFactory.getThreadMXBean()

    @Test
    fun `offsets and words are in order and inside of the text`() = repeat(TEXTS) {
        val text = text(random.nextInt(60))
        val encoding = tokenizer.encode(listOf(text), 1000)
        val last = encoding.size - 1

        for (index in 1 until last) {
            assertTrue(encoding.starts[index] in 0 until encoding.ends[index], text)
            assertTrue(encoding.ends[index] <= text.length, text)
            assertTrue(index == 1 || encoding.starts[index - 1] <= encoding.starts[index], text)
            assertTrue(encoding.words[index] - encoding.words[index - 1] in 0..1, text)
        }
        assertEquals(encoding.size, tokenizer.count(listOf(text)), text)
    }

    @Test
    fun `a cut example has the asked length, and its texts' first tokens`() = repeat(TEXTS) {
        val texts = List(1 + random.nextInt(2)) { text(random.nextInt(40)) }
        val length = texts.size + 1 + random.nextInt(20)
        val whole = tokenizer.encode(texts, 1000)
        val cut = tokenizer.encode(texts, length)

        assertEquals(minOf(length, whole.size), cut.size)
        assertEquals(length < whole.size, cut.truncated)
        val kept = (1 until cut.size - 1).takeWhile { cut.words[it] >= 0 }
        assertEquals(whole.inputIds.slice(kept), cut.inputIds.slice(kept))
    }

    @Test
    fun `windows hold every token of the context`() = repeat(TEXTS / 10) {
        val question = text(random.nextInt(10))
        val context = text(random.nextInt(100))
        val length = tokenizer.count(listOf(question)) + 2 + random.nextInt(20)
        val windows = tokenizer.encodeWindows(question, context, length, random.nextInt(30))

        assertTrue(windows.all { it.size <= length })
        val held = windows.flatMap { contextTokens(it) }.toSet()
        val whole = tokenizer.encode(listOf(context), 1000)
        assertEquals((1 until whole.size - 1).map { whole.starts[it] to whole.words[it] }.toSet(), held)
    }

    /** Ten times the text takes about ten times as long; a hundred times would be quadratic. */
    @Test
    fun `time grows as the text does`() {
        for (piece in listOf("the bank pays! ", "bankzz", "[", "[MASK", "\u0301\u0316", "\uAC01", "你", " ", "\u0000")) {
            val short = piece.repeat(SHORT / piece.length)
            val long = short.repeat(10)
            repeat(3) { nanoseconds(short) }
            val ratio = nanoseconds(long).toDouble() / nanoseconds(short)
            assertTrue(ratio < 50, "$piece: $ratio times as long")
        }
    }

    /** Of this thread alone, so that a busy machine does not count. */
    private fun nanoseconds(text: String): Long = (1..3).minOf {
        val begin = threads.currentThreadCpuTime
        tokenizer.encode(listOf(text, text), 128)
        threads.currentThreadCpuTime - begin
    }

    private fun contextTokens(window: Encoding): List<Pair<Int, Int>> = (0 until window.size)
        .filter { window.tokenTypeIds[it] == 1 && window.words[it] >= 0 }
        .map { window.starts[it] to window.words[it] }

    private fun text(pieces: Int): String = List(pieces) { piece() }.joinToString("")

    private fun piece(): String = when (random.nextInt(8)) {
        0 -> Char(random.nextInt(0x10000)).toString()
        1 -> Char(random.nextInt(0xD800, 0xE000)).toString()
        2 -> Char(random.nextInt(0x300, 0x370)).toString()
        3 -> WORDS.random(random)
        4 -> " "
        5 -> StringBuilder().appendCodePoint(random.nextInt(0x10000, 0x110000)).toString()
        6 -> Char(random.nextInt(0xAC00, 0xD7A4)).toString()
        else -> Char(random.nextInt(0x80)).toString()
    }

    private companion object {
        const val TEXTS = 5000
        const val SHORT = 60_000
        val WORDS = listOf("[MASK]", "[CLS]", "[MASK", "the", "Pays", "café", "don't", "你好")
    }
}
