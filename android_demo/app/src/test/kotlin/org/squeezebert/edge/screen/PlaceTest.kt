package org.squeezebert.edge.screen

import org.squeezebert.edge.text.prediction.Prediction
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertNull

class PlaceTest {
    @Test
    fun `a prediction stands where its offsets say`() {
        assertEquals(5..9, Prediction("LOC", 0.9, start = 5, end = 10).placeIn("from Paris"))
    }

    @Test
    fun `what has no offsets or no characters has no place`() {
        assertNull(Prediction("yes", 0.9).placeIn("a text"))
        assertNull(Prediction("LOC", 0.9, start = 3, end = 3).placeIn("a text"))
        assertNull(Prediction("LOC", 0.9, start = 3, end = 7).placeIn("a text"))
    }
}
