package org.squeezebert.edge.text.tokenizer

import java.io.File
import kotlin.system.measureNanoTime

private const val ROUNDS = 200
private const val TEXTS_A_ROUND = 200
private const val WORDS = 30

/**
 * Prints how long reading a tokenizer takes and encoding a text of 30 words, first and after warm-up.
 *
 * The argument is a folder with tokenizer.json, such as `minilm` of the vectors.
 */
fun main(arguments: Array<String>) {
    val folder = File(arguments.single())
    val cold = milliseconds { BertTokenizer.read(folder) }
    val reads = List(20) { milliseconds { BertTokenizer.read(folder) } }
    println("reading $folder: first in this process ${format(cold)} ms, then ${spread(reads)} ms")

    val tokenizer = BertTokenizer.read(folder)
    val text =
        "Could you please book a table for six people at the café in Zürich tomorrow night, and don't forget to tell " +
            "them that two of us can't eat unpasteurized cheese?"
    check(text.split(' ').size == WORDS) { "${text.split(' ').size} words" }
    val first = milliseconds { tokenizer.encode(listOf(text), 128) }
    val rounds =
        List(ROUNDS) {
            milliseconds { repeat(TEXTS_A_ROUND) { tokenizer.encode(listOf(text), 128) } } / TEXTS_A_ROUND
        }
    val warm = rounds.drop(ROUNDS / 2)
    val count = tokenizer.count(listOf(text))
    println("a text of $WORDS words, $count tokens: first ${format(first)} ms, after warm-up ${spread(warm)} ms")

    val long = text.repeat(1_000_000 / text.length)
    val longs = List(7) { milliseconds { tokenizer.encode(listOf(long, long), 128) } }
    println("a pair of ${long.length} characters each: ${spread(longs)} ms")
}

private fun milliseconds(work: () -> Unit): Double = measureNanoTime(work) / 1e6

private fun spread(values: List<Double>): String {
    val sorted = values.sorted()
    val tenth = sorted.size / 10
    return "median ${format(sorted[sorted.size / 2])} (p10 ${format(sorted[tenth])}, " +
        "p90 ${format(sorted[sorted.size - 1 - tenth])})"
}

private fun format(value: Double): String = "%.4g".format(value)
