package org.squeezebert.edge.text.statistics

/** What turns a difference of two readings of the clock into a latency. */
public const val NANOSECONDS_PER_MILLISECOND: Double = 1e6
