import org.jetbrains.kotlin.gradle.dsl.JvmTarget

plugins {
    alias(libs.plugins.android.application)
}

android {
    namespace = "org.squeezebert.edge"
    compileSdk = libs.versions.compileSdk.get().toInt()

    defaultConfig {
        applicationId = "org.squeezebert.edge"
        minSdk = libs.versions.minSdk.get().toInt()
        targetSdk = libs.versions.targetSdk.get().toInt()
        versionCode = 1
        versionName = libs.versions.app.get()

        // What results name, and what is compared with a manifest's minimum_runtime.
        buildConfigField("String", "EXECUTORCH_VERSION", "\"${libs.versions.executorch.get()}\"")
        buildConfigField("String", "LITERT_VERSION", "\"${libs.versions.litert.get()}\"")

        // What both runtimes have libraries for: phones of the last ten years, and emulators.
        ndk { abiFilters += listOf("arm64-v8a", "x86_64") }
    }

    buildFeatures {
        buildConfig = true
    }

    buildTypes {
        release {
            isMinifyEnabled = true
            isShrinkResources = true
            proguardFiles(getDefaultProguardFile("proguard-android-optimize.txt"), "proguard-rules.pro")
        }
    }

    compileOptions {
        sourceCompatibility = JavaVersion.toVersion(libs.versions.jvmTarget.get())
        targetCompatibility = JavaVersion.toVersion(libs.versions.jvmTarget.get())
    }

    androidResources {
        // int8 weights do not get smaller by it, and would have to be unpacked at every copy.
        noCompress += listOf("pte", "tflite")
    }

    packaging {
        resources {
            excludes += "/META-INF/{AL2.0,LGPL2.1}"
        }
        jniLibs {
            // The C++ library of the NDK, should more than one library bring it.
            pickFirsts += "**/libc++_shared.so"
        }
    }
}

kotlin {
    compilerOptions {
        jvmTarget = JvmTarget.fromTarget(libs.versions.jvmTarget.get())
        progressiveMode = true
    }
}

dependencies {
    implementation(project(":edge-text"))
    implementation(libs.coroutines.android)
    implementation(libs.executorch.android)
    implementation(libs.litert)

    testImplementation(libs.kotlin.test.junit)
    testImplementation(libs.junit)
}

// The tests of what needs no phone, with the vectors that edge-text's tests use.
tasks.withType<Test>().configureEach {
    systemProperty("edge.vectors", rootDir.resolve("../build/app-vectors").absolutePath)
}
