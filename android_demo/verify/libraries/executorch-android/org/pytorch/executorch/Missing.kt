package org.pytorch.executorch

/** Fails as the real library does where its native code is not there. */
internal fun missing(): Nothing =
    throw UnsatisfiedLinkError("this app was built for checks, without org.pytorch:executorch-android")
