package org.squeezebert.edge.text.tokenizer

import java.io.File

/** A tokenizer.json of a few words, to read as it is or with a part replaced. */
internal object SmallTokenizer {
    private val WORDS =
        "[PAD] [UNK] [CLS] [SEP] [MASK] the bank pay ##s bill cafe istanbul strasse angstrom a b ! ' don t 你 好 ##b"

    private val ADDED =
        listOf("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]").mapIndexed { id, content ->
            """{"id": $id, "content": "$content", "single_word": false, "lstrip": false, "rstrip": false,
               "normalized": false, "special": true}"""
        }

    const val NORMALIZER: String =
        """{"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null,
            "lowercase": true}"""

    const val PROCESSOR: String = """{"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]}"""

    val JSON: String =
        """{"version": "1.0", "truncation": null, "padding": null,
        "added_tokens": [${ADDED.joinToString()}],
        "normalizer": $NORMALIZER,
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": $PROCESSOR,
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100,
            "vocab": {${WORDS.split(' ').mapIndexed { id, word -> "\"$word\": $id" }.joinToString()}}}}"""

    /** Writes [json] as tokenizer.json and reads it. */
    fun read(json: String = JSON): BertTokenizer = inFolder { folder ->
        File(folder, "tokenizer.json").writeText(json)
        BertTokenizer.read(folder)
    }

    /** Calls [use] with a new folder, which goes afterwards. */
    fun <T> inFolder(use: (File) -> T): T {
        val folder = createTempDir()
        try {
            return use(folder)
        } finally {
            folder.deleteRecursively()
        }
    }

    private fun createTempDir(): File = File.createTempFile("tokenizer", "").apply { delete() && mkdirs() }
}
