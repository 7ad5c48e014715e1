package org.squeezebert.edge.text.prediction

/**
 * One prediction.
 *
 * @property label label, answer, word for the mask, or choice
 * @property score probability, 0 to 1; of a single label (regression) its value as it is
 * @property start first UTF-16 index of the text that it stands for; null where it stands for the whole text
 * @property end last UTF-16 index, exclusive
 */
public data class Prediction(val label: String, val score: Double, val start: Int? = null, val end: Int? = null)
