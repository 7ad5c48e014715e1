package com.google.ai.edge.litert

/** Fails as the real library does where its native code is not there. */
internal fun missing(): Nothing =
    throw UnsatisfiedLinkError("this app was built for checks, without com.google.ai.edge.litert:litert")
