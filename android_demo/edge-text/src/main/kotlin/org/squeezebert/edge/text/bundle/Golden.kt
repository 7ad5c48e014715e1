package org.squeezebert.edge.text.bundle

import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable
import org.squeezebert.edge.text.InputException
import java.io.File
import java.io.IOException
import java.nio.ByteBuffer
import java.nio.ByteOrder

/**
 * Real texts of one length, their token ids, and what the fp32 checkpoint computes for them.
 *
 * @property padId token id that fills an example up to [sequenceLength]
 * @property values number of values in a file of outputs, which all examples' places lie in
 */
public class Golden internal constructor(
    public val sequenceLength: Int,
    public val padId: Int,
    public val examples: List<GoldenExample>,
    internal val values: Int,
)

/**
 * One golden example.
 *
 * @property inputIds without padding
 * @property positions positions of the outputs that mean anything; null where an output stands for the whole text
 * @property outputs the fp32 reference's outputs by name, at [positions] only, row-major
 */
public class GoldenExample internal constructor(
    public val texts: List<String>,
    public val inputIds: IntArray,
    public val tokenTypeIds: IntArray,
    public val positions: IntArray?,
    public val outputs: Map<String, FloatArray>,
    internal val places: Map<String, OutputPlace>,
)

/** Where an output lies in a file of outputs: its first value, counted from 0, and its shape. */
@Serializable
internal data class OutputPlace(val offset: Int, val shape: List<Int>) {
    val size: Long get() = shape.fold(1L) { product, axis -> product * axis }
}

@Serializable
private data class GoldenIndex(
    @SerialName("sequence_length") val sequenceLength: Int,
    @SerialName("pad_id") val padId: Int,
    val data: String,
    val rows: List<GoldenRow>,
)

@Serializable
private data class GoldenRow(
    val texts: List<String>,
    @SerialName("input_ids") val inputIds: List<Int>,
    @SerialName("token_type_ids") val tokenTypeIds: List<Int>,
    val positions: List<Int>?,
    val outputs: Map<String, OutputPlace>,
)

/**
 * Reads golden vectors.
 *
 * @param index `golden/<length>.json`
 * @param data `golden/<length>.f32`: the references, little-endian float32
 * @throws InputException if they are damaged
 */
internal fun readGolden(index: File, data: File, sequenceLength: Int): Golden = try {
    val head = StrictJson.decodeFromString(GoldenIndex.serializer(), readUtf8(index))
    require(head.sequenceLength == sequenceLength) { "they are of length ${head.sequenceLength}" }
    require(head.rows.isNotEmpty()) { "there are no examples" }
    val references = readFloats(data)
    Golden(sequenceLength, head.padId, head.rows.map { it.toExample(sequenceLength, references) }, references.size)
} catch (error: IllegalArgumentException) {
    throw damaged(index, error)
} catch (error: IOException) {
    throw damaged(index, error)
}

private fun damaged(index: File, error: Exception): InputException =
    InputException("$index: golden vectors are damaged (${firstProblem(error)}); build the bundle again", error)

private fun GoldenRow.toExample(sequenceLength: Int, references: FloatArray): GoldenExample {
    require(inputIds.size <= sequenceLength && inputIds.size == tokenTypeIds.size) { "an example has too many tokens" }
    require(positions.orEmpty().all { it in 0 until sequenceLength }) { "a position is outside of the sequence" }
    require(outputs.isNotEmpty()) { "an example has no outputs" }
    return GoldenExample(
        texts,
        inputIds.toIntArray(),
        tokenTypeIds.toIntArray(),
        positions?.toIntArray(),
        outputs.mapValues { (name, place) -> valuesAt(name, place, references) },
        outputs,
    )
}

private fun valuesAt(name: String, place: OutputPlace, references: FloatArray): FloatArray {
    require(place.shape.all { it in 0..references.size } && place.offset in 0..references.size - place.size) {
        "an output $name lies outside of the references"
    }
    return references.copyOfRange(place.offset, place.offset + place.size.toInt())
}

private fun readFloats(data: File): FloatArray {
    val buffer = ByteBuffer.wrap(data.readBytes()).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer()
    return FloatArray(buffer.remaining()).also(buffer::get)
}

/**
 * Writes outputs of the golden examples as `golden/<length>.f32` has the reference's, in the same places.
 *
 * @param outputs for each example its outputs by name, of the sizes of the references
 * @throws IOException if [file] cannot be written
 */
internal fun writeOutputs(golden: Golden, outputs: List<Map<String, FloatArray>>, file: File) {
    val bytes = ByteBuffer.allocate(golden.values * Float.SIZE_BYTES).order(ByteOrder.LITTLE_ENDIAN)
    val floats = bytes.asFloatBuffer()
    golden.examples.zip(outputs) { example, found ->
        for ((name, place) in example.places) {
            floats.position(place.offset)
            floats.put(found.getValue(name))
        }
    }
    file.writeBytes(bytes.array())
}
