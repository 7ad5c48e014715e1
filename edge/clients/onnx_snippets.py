"""What the READMEs of exported .onnx folders show, for each task.

Each is a whole program that runs in the exported folder. `SENTENCE_EMBEDDING` stands for feature-extraction of
checkpoints that pool.
"""

from edge.clients.onnx_model import ONNXModel

SENTENCE_EMBEDDING = "sentence-embedding"


def snippet(snippets: dict[str, str], model: ONNXModel) -> str:
    """Return the program for the model's task, without a newline at its end."""
    return snippets[model.task if model.pooling is None else SENTENCE_EMBEDDING].strip("\n")


OPTIMUM = {
    "text-classification": """
from optimum.onnxruntime import ORTModelForSequenceClassification
from transformers import AutoTokenizer, pipeline

tokenizer = AutoTokenizer.from_pretrained(".")
model = ORTModelForSequenceClassification.from_pretrained(".")
classify = pipeline("text-classification", model=model, tokenizer=tokenizer)
print(classify(["book a flight", "what is my balance"], truncation=True))
print(classify({"text": "where is john", "text_pair": "john is in paris"}, truncation=True))
""",
    "token-classification": """
from optimum.onnxruntime import ORTModelForTokenClassification
from transformers import AutoTokenizer, pipeline

tokenizer = AutoTokenizer.from_pretrained(".")
model = ORTModelForTokenClassification.from_pretrained(".")
label = pipeline("token-classification", model=model, tokenizer=tokenizer, aggregation_strategy="first")
print(label("mary works in london"))
""",
    "question-answering": """
from optimum.onnxruntime import ORTModelForQuestionAnswering
from transformers import AutoTokenizer, pipeline

tokenizer = AutoTokenizer.from_pretrained(".")
model = ORTModelForQuestionAnswering.from_pretrained(".")
answer = pipeline("question-answering", model=model, tokenizer=tokenizer)
print(answer(question="where is john", context="mary is in london and john is in paris"))
""",
    "fill-mask": """
from optimum.onnxruntime import ORTModelForMaskedLM
from transformers import AutoTokenizer, pipeline

tokenizer = AutoTokenizer.from_pretrained(".")
model = ORTModelForMaskedLM.from_pretrained(".")
fill = pipeline("fill-mask", model=model, tokenizer=tokenizer, tokenizer_kwargs={"truncation": True})
print(fill("the capital of france is [MASK]"))
""",
    "multiple-choice": """
from optimum.onnxruntime import ORTModelForMultipleChoice
from transformers import AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained(".")
model = ORTModelForMultipleChoice.from_pretrained(".")
text, choices = "where is john", ["john is in paris", "the bank is good"]
inputs = tokenizer([text] * len(choices), choices, padding=True, truncation=True, return_tensors="pt")
logits = model(**{name: values.unsqueeze(0) for name, values in inputs.items()}).logits
print(choices[logits.argmax(-1)])
""",
    "feature-extraction": """
from optimum.onnxruntime import ORTModelForFeatureExtraction
from transformers import AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained(".")
model = ORTModelForFeatureExtraction.from_pretrained(".")
inputs = tokenizer(["book a flight", "what is my balance"], padding=True, truncation=True, return_tensors="np")
print(model(**inputs).last_hidden_state.shape)
""",
    SENTENCE_EMBEDDING: """
from optimum.onnxruntime import ORTModelForCustomTasks
from transformers import AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained(".")
model = ORTModelForCustomTasks.from_pretrained(".")
inputs = tokenizer(["book a flight", "what is my balance"], padding=True, truncation=True, return_tensors="np")
embeddings = model(**inputs)["sentence_embedding"]
print(embeddings @ embeddings.T)
""",
}

TRANSFORMERS_JS = {
    "text-classification": """
import { env, pipeline } from '@huggingface/transformers';

env.allowRemoteModels = false;
env.localModelPath = './';
const classify = await pipeline('text-classification', '.');
console.log(await classify(['book a flight', 'what is my balance']));
const pair = classify.tokenizer('where is john', { text_pair: 'john is in paris', truncation: true });
console.log((await classify.model(pair)).logits.tolist());
""",
    "token-classification": """
import { env, pipeline } from '@huggingface/transformers';

env.allowRemoteModels = false;
env.localModelPath = './';
const label = await pipeline('token-classification', '.');
console.log(await label('mary works in london'));
""",
    "question-answering": """
import { env, pipeline } from '@huggingface/transformers';

env.allowRemoteModels = false;
env.localModelPath = './';
const answer = await pipeline('question-answering', '.');
console.log(await answer('where is john', 'mary is in london and john is in paris'));
""",
    "fill-mask": """
import { env, pipeline } from '@huggingface/transformers';

env.allowRemoteModels = false;
env.localModelPath = './';
const fill = await pipeline('fill-mask', '.');
console.log(await fill('the capital of france is [MASK]'));
""",
    "multiple-choice": """
import { AutoModel, AutoTokenizer, env } from '@huggingface/transformers';

env.allowRemoteModels = false;
env.localModelPath = './';
const tokenizer = await AutoTokenizer.from_pretrained('.');
const model = await AutoModel.from_pretrained('.');
const choices = ['john is in paris', 'the bank is good'];
const inputs = tokenizer(choices.map(() => 'where is john'), { text_pair: choices, padding: true, truncation: true });
for (const name in inputs) inputs[name] = inputs[name].unsqueeze(0);
console.log((await model(inputs)).logits.tolist());
""",
    "feature-extraction": """
import { env, pipeline } from '@huggingface/transformers';

env.allowRemoteModels = false;
env.localModelPath = './';
const extract = await pipeline('feature-extraction', '.');
console.log((await extract(['book a flight', 'what is my balance'])).dims);
""",
    SENTENCE_EMBEDDING: """
import { AutoModel, AutoTokenizer, env } from '@huggingface/transformers';

env.allowRemoteModels = false;
env.localModelPath = './';
const tokenizer = await AutoTokenizer.from_pretrained('.');
const model = await AutoModel.from_pretrained('.');
const inputs = tokenizer(['book a flight', 'what is my balance'], { padding: true, truncation: true });
const { sentence_embedding } = await model(inputs);
console.log(sentence_embedding.tolist());
""",
}
