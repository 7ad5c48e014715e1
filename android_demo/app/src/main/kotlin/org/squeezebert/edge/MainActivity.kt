package org.squeezebert.edge

import android.app.Activity
import android.os.Build
import android.os.Bundle
import android.os.Debug
import kotlinx.coroutines.MainScope
import kotlinx.coroutines.cancel
import kotlinx.coroutines.launch
import org.squeezebert.edge.bundles.FoundBundles
import org.squeezebert.edge.bundles.PUSHED_BUNDLES
import org.squeezebert.edge.bundles.PackedBundle
import org.squeezebert.edge.bundles.findBundles
import org.squeezebert.edge.screen.LoadedModel
import org.squeezebert.edge.screen.MainScreen
import org.squeezebert.edge.screen.Remembered
import org.squeezebert.edge.screen.Session
import org.squeezebert.edge.screen.keepClearOfBars
import org.squeezebert.edge.screen.matchBarsToTheme
import org.squeezebert.edge.text.bundle.AndroidTarget
import java.io.File

private const val BYTES_PER_KILOBYTE = 1024L

/** The screen: a bundle, a text, and what the model says of it. */
internal class MainActivity : Activity() {
    private val scope = MainScope()
    private lateinit var session: Session

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        setContentView(R.layout.main)
        keepClearOfBars(findViewById(android.R.id.content))
        matchBarsToTheme(this)
        val kept = lastNonConfigurationInstance as? Session
        session = kept ?: newSession(savedInstanceState)
        val screen = MainScreen(this, session)
        scope.launch { session.state.collect(screen::show) }
        if (kept == null) session.look()
    }

    override fun onRetainNonConfigurationInstance(): Any = session

    override fun onSaveInstanceState(outState: Bundle) {
        super.onSaveInstanceState(outState)
        val chosen = session.toRemember()
        outState.putString(BUNDLE, chosen.directory)
        outState.putString(ARTIFACT, chosen.artifactId)
    }

    override fun onDestroy() {
        scope.cancel()
        if (!isChangingConfigurations) session.close()
        super.onDestroy()
    }

    private fun newSession(saved: Bundle?): Session {
        val application = application as EdgeApplication
        val cores = Runtime.getRuntime().availableProcessors()
        return Session(
            model = LoadedModel(application.engineLoaders, AndroidTarget.of(Build.MODEL), cores),
            modelThread = application.modelThread,
            findBundles = bundleSearch(),
            memoryBytes = { Debug.getPss() * BYTES_PER_KILOBYTE },
            remembered = saved?.let { Remembered(it.getString(BUNDLE), it.getString(ARTIFACT)) },
        )
    }

    /** What looks for bundles. It outlives this activity, so it must not hold it. */
    private fun bundleSearch(): () -> FoundBundles {
        val context = applicationContext
        return {
            // The APK is another file after each installation.
            val version = File(context.applicationInfo.sourceDir).lastModified()
            val packed = PackedBundle(context.assets, File(context.noBackupFilesDir, "packed"), version)
            val own = listOfNotNull(context.filesDir, context.getExternalFilesDir(null)).map { File(it, BUNDLES) }
            findBundles(packed.unpack(), own + File(PUSHED_BUNDLES))
        }
    }

    private companion object {
        const val BUNDLES = "bundles"
        const val BUNDLE = "bundle"
        const val ARTIFACT = "artifact"
    }
}
