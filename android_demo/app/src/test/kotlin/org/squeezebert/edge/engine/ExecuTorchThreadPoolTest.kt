package org.squeezebert.edge.engine

import org.squeezebert.edge.text.InputException
import kotlin.test.Test
import kotlin.test.assertFailsWith

class ExecuTorchThreadPoolTest {
    @Test
    fun `modules of one number of threads share the pool`() {
        val pool = ExecuTorchThreadPool()
        pool.reserve(4)
        pool.reserve(4)
    }

    @Test
    fun `another number is refused as long as a module is open`() {
        val pool = ExecuTorchThreadPool()
        pool.reserve(4)
        pool.reserve(4)
        pool.release()
        assertFailsWith<InputException> { pool.reserve(2) }
        pool.release()
        pool.reserve(2)
    }
}
