package org.squeezebert.edge.text.statistics

import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertNull

class RecentLatenciesTest {
    @Test
    fun `without a run there is nothing to say`() {
        assertNull(RecentLatencies().summary())
    }

    @Test
    fun `the oldest is forgotten`() {
        val latencies = RecentLatencies(capacity = 2)
        listOf(100.0, 2.0, 4.0).forEach(latencies::add)

        assertEquals(LatencySummary(runs = 2, lastMs = 4.0, p50Ms = 3.0, p90Ms = 3.8), latencies.summary())
    }

    @Test
    fun `another artifact begins anew`() {
        val latencies = RecentLatencies()
        latencies.add(100.0)
        latencies.clear()

        assertNull(latencies.summary())
    }
}
