package org.squeezebert.edge

import android.app.Activity
import android.content.Intent
import android.os.Build
import android.os.Bundle
import android.os.Handler
import android.os.Looper
import android.os.Process
import android.util.Log
import android.view.WindowManager
import org.squeezebert.edge.bench.AndroidDeviceState
import org.squeezebert.edge.bench.BenchRun
import org.squeezebert.edge.bench.answerFile
import org.squeezebert.edge.screen.keepClearOfBars
import org.squeezebert.edge.screen.matchBarsToTheme
import org.squeezebert.edge.text.DeviceException
import org.squeezebert.edge.text.EdgeException
import org.squeezebert.edge.text.InputException
import org.squeezebert.edge.text.device.DeviceProgram
import org.squeezebert.edge.text.device.Instruments
import java.io.File
import kotlin.concurrent.thread

/**
 * The app as a device program of `squeezebert-edge bench --device adb`, which starts it in a new process.
 *
 * Extras: `request`, path of a work request; without it the app describes itself. `answer`, path of the file to write,
 * in the app's folder of the shared storage. The process ends with the activity, and the work with its time on the
 * screen: what runs in the background is slowed down or frozen.
 */
internal class BenchActivity : Activity() {
    private val screenThread = Handler(Looper.getMainLooper())
    private val leaveScreen = Runnable { end("the benchmark left the screen before it was done; $ADVICE") }
    private lateinit var run: BenchRun

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        showOverLockScreen()
        window.addFlags(WindowManager.LayoutParams.FLAG_KEEP_SCREEN_ON)
        setContentView(R.layout.bench)
        keepClearOfBars(findViewById(android.R.id.content))
        matchBarsToTheme(this)
        // Made anew by the system in the same process, its work goes on; in a new process the work was lost.
        val kept = lastNonConfigurationInstance as? BenchRun
        run = kept ?: newRun()
        if (kept == null) start(intent)
    }

    override fun onStart() {
        super.onStart()
        screenThread.removeCallbacks(leaveScreen)
    }

    override fun onStop() {
        // A start over the lock screen may pass through here once.
        if (!isChangingConfigurations) screenThread.postDelayed(leaveScreen, OFF_SCREEN_MILLISECONDS)
        super.onStop()
    }

    override fun onRetainNonConfigurationInstance(): Any = run

    override fun onDestroy() {
        super.onDestroy()
        // Nothing that was loaded here may count in what is measured next.
        if (!isChangingConfigurations) end("the benchmark's screen was closed before it was done; $ADVICE")
    }

    /** Ends the process at once, so that nothing that was measured afterwards takes the place of the answer. */
    private fun end(message: String) {
        run.fail(message)
        finishAndRemoveTask()
        Process.killProcess(Process.myPid())
    }

    private fun newRun(): BenchRun {
        val state = AndroidDeviceState(applicationContext)
        val loaders = (application as EdgeApplication).engineLoaders
        val program =
            DeviceProgram("squeezebert-edge-android ${BuildConfig.VERSION_NAME}", loaders, Instruments(state::read))
        return BenchRun(program) { Log.e(TAG, it.message, it) }
    }

    private fun start(intent: Intent) {
        answerCrashes()
        val request = intent.getStringExtra(REQUEST)?.let(::File)
        thread(name = TAG) {
            try {
                run.work(request, answerFile(intent))
            } catch (error: EdgeException) {
                // There is no file that may have it.
                Log.e(TAG, error.message, error)
            }
            runOnUiThread { finishAndRemoveTask() }
        }
    }

    private fun answerFile(intent: Intent): File {
        val path =
            intent.getStringExtra(ANSWER)
                ?: throw InputException("no extra '$ANSWER': give the path of the file to write")
        val allowed =
            getExternalFilesDir(null) ?: throw DeviceException("the shared storage is not there; start the phone again")
        return answerFile(path, allowed)
    }

    /** Whatever ends this process on any of its threads shows in the answer first. */
    private fun answerCrashes() {
        val system = Thread.getDefaultUncaughtExceptionHandler()
        Thread.setDefaultUncaughtExceptionHandler { thread, error ->
            run.fail(error)
            system?.uncaughtException(thread, error)
        }
    }

    private fun showOverLockScreen() {
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.O_MR1) {
            setShowWhenLocked(true)
            setTurnScreenOn(true)
        } else {
            @Suppress("DEPRECATION")
            window.addFlags(
                WindowManager.LayoutParams.FLAG_SHOW_WHEN_LOCKED or WindowManager.LayoutParams.FLAG_TURN_SCREEN_ON,
            )
        }
    }

    private companion object {
        const val TAG = "squeezebert-edge"
        const val REQUEST = "request"
        const val ANSWER = "answer"
        const val OFF_SCREEN_MILLISECONDS = 2_000L
        const val ADVICE = "start it again and leave the phone alone"
    }
}
