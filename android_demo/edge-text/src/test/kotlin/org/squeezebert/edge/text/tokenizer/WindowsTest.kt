package org.squeezebert.edge.text.tokenizer

import org.squeezebert.edge.text.InputException
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertTrue

class WindowsTest {
    private val tokenizer = SmallTokenizer.read()

    @Test
    fun `every window has the whole question`() {
        val windows = tokenizer.encodeWindows("the bill", "a b ".repeat(20), 12, 2)

        assertEquals(listOf("[CLS] the bill [SEP]"), windows.map { tokens(it).take(4).joinToString(" ") }.distinct())
        assertTrue(windows.all { it.size <= 12 && it.truncated })
    }

    @Test
    fun `neighbouring windows overlap by the stride`() {
        val (first, second) = tokenizer.encodeWindows("the", "a b ".repeat(20), 12, 3)

        assertEquals(first.starts.slice(8..10), second.starts.slice(3..5))
    }

    @Test
    fun `a stride that leaves no room to go on is cut`() {
        val windows = tokenizer.encodeWindows("the", "a b a b", 6, 100)

        assertEquals(listOf(listOf(0, 2), listOf(2, 4), listOf(4, 6)), windows.map { it.starts.slice(3..4) })
    }

    @Test
    fun `a context that fits is one window`() {
        val window = tokenizer.encodeWindows("the", "a b", 16, 4).single()

        assertEquals(listOf("[CLS]", "the", "[SEP]", "a", "b", "[SEP]"), tokens(window))
        assertTrue(!window.truncated)
    }

    @Test
    fun `a question without room for the context is refused`() {
        val error = assertFailsWith<InputException> { tokenizer.encodeWindows("a ".repeat(14), "b", 16, 4) }

        assertEquals("the question has too many tokens for 16; shorten it", error.message)
    }

    @Test
    fun `a negative stride is refused`() {
        val error = assertFailsWith<InputException> { tokenizer.encodeWindows("a", "b", 16, -1) }

        assertEquals("windows cannot overlap by -1 tokens; 0 is the least", error.message)
    }

    private fun tokens(encoding: Encoding): List<String> = encoding.inputIds.map(tokenizer::token)
}
