// Named here, so that all modules share one class path: Android's plugin then compiles Kotlin with the version of
// kotlin.jvm.
plugins {
    alias(libs.plugins.android.application) apply false
    alias(libs.plugins.kotlin.jvm) apply false
    alias(libs.plugins.kotlin.serialization) apply false
}
