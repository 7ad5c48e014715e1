package com.google.ai.edge.litert

/** What models share. */
class Environment private constructor() : JniHandle()
