package org.squeezebert.edge.screen

import android.view.View
import android.widget.AdapterView
import android.widget.ArrayAdapter
import android.widget.Spinner
import org.squeezebert.edge.R

/**
 * A drop-down list whose entries and choice are set by code and changed by a person.
 *
 * @param onChosen called with the place of another entry that a person chose
 */
internal class Picker(private val view: Spinner, private val onChosen: (Int) -> Unit) {
    private var entries: List<String> = emptyList()
    private var chosen = AdapterView.INVALID_POSITION

    init {
        view.onItemSelectedListener =
            object : AdapterView.OnItemSelectedListener {
                override fun onItemSelected(parent: AdapterView<*>, item: View?, position: Int, id: Long) {
                    // A choice that code has set is reported too.
                    if (position == chosen) return
                    chosen = position
                    onChosen(position)
                }

                override fun onNothingSelected(parent: AdapterView<*>) {
                    chosen = AdapterView.INVALID_POSITION
                }
            }
    }

    /** Shows [names], the one at [place] as chosen. */
    fun show(names: List<String>, place: Int?) {
        chosen = place ?: AdapterView.INVALID_POSITION
        if (names != entries) {
            entries = names
            view.adapter = ArrayAdapter(view.context, R.layout.picker_item, names)
        }
        if (place != null && view.selectedItemPosition != place) view.setSelection(place)
    }
}
