package org.squeezebert.edge.bench

import org.squeezebert.edge.inTemporaryFolder
import org.squeezebert.edge.text.InputException
import java.io.File
import kotlin.test.Test
import kotlin.test.assertContains
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertTrue

class AnswerFileTest {
    @Test
    fun `an answer lies in the app's folder, in one that is made`() = inTemporaryFolder { folder ->
        val file = answerFile("$folder/squeezebert-edge/answer.json", folder)
        assertEquals(File(folder.canonicalFile, "squeezebert-edge/answer.json"), file)
        assertTrue(file.parentFile.isDirectory)
    }

    @Test
    fun `a link to the app's folder is the app's folder`() = inTemporaryFolder { folder ->
        val own = File(folder, "own").also { it.mkdir() }
        val link = File(folder, "sdcard")
        ProcessBuilder("ln", "-s", own.path, link.path).start().waitFor()
        assertEquals(File(own.canonicalFile, "answer.json"), answerFile("$link/answer.json", own))
    }

    @Test
    fun `any other place is refused`() = inTemporaryFolder { folder ->
        val own = File(folder, "own").also { it.mkdir() }
        for (path in listOf("$folder/answer.json", "$own/../answer.json", "$folder/own-not/answer.json", "$own", "")) {
            val error = assertFailsWith<InputException>(path) { answerFile(path, own) }
            assertContains(error.message.orEmpty(), "has to lie in ${own.canonicalPath}")
        }
        assertEquals(listOf("own"), folder.list().orEmpty().toList())
    }
}
