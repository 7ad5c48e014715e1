"""Run exported folders through optimum: reads a list of cases from stdin as JSON, prints an answer for each."""

import json
import sys
import warnings

import numpy as np
import optimum.onnxruntime as optimum
from transformers import AutoTokenizer, logging, pipeline

CLASSES = {
    "text-classification": "SequenceClassification",
    "token-classification": "TokenClassification",
    "question-answering": "QuestionAnswering",
    "fill-mask": "MaskedLM",
    "multiple-choice": "MultipleChoice",
    "feature-extraction": "FeatureExtraction",
    "sentence-embedding": "CustomTasks",
}


def answer(case):
    tokenizer = AutoTokenizer.from_pretrained(case["folder"])
    model = getattr(optimum, f"ORTModelFor{CLASSES[case['name']]}").from_pretrained(case["folder"])
    columns = [list(column) for column in zip(*case["texts"], strict=True)]
    inputs = tokenizer(*columns, padding=True, truncation=True, return_tensors="np")
    fed = {name: value[np.newaxis] for name, value in inputs.items()} if case["name"] == "multiple-choice" else inputs
    outputs = {name: np.asarray(value).tolist() for name, value in model(**fed).items()}
    return {
        "inputs": {name: value.tolist() for name, value in inputs.items()},
        "outputs": outputs,
        "pipeline": ask(case, model, tokenizer),
    }


def ask(case, model, tokenizer):
    if case["question"] is None or case["name"] == "sentence-embedding":
        return None
    run = pipeline(case["task"], model=model, tokenizer=tokenizer)
    if case["task"] == "question-answering":
        question, context = case["question"]
        return run(question=question, context=context)
    return run(case["question"][0])


warnings.simplefilter("ignore")
logging.set_verbosity_error()
json.dump([answer(case) for case in json.load(sys.stdin)], sys.stdout, default=float)
