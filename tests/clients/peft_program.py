"""Runs in the trainers' environment: ``peft_program.py FOLDER TARGET...`` adapts the model in FOLDER/base with LoRA.

The adapter is saved to FOLDER/adapter, the merged model with the tokenizer to FOLDER/merged. The answer is JSON: the
logits of the adapted model for the ids on stdin, what a build says of each model, and why it cannot be merged.
"""

import json
import shutil
import sys
from pathlib import Path

import torch
import transformers
from peft import LoraConfig, get_peft_model

from edge.checkpoint.model_object import checkpoint_source
from edge.errors import InputError


def refusal(model: object, tokenizer: object) -> str:
    """Return what a build answers to a model that it does not take."""
    try:
        with checkpoint_source(model, tokenizer):
            return "taken"
    except InputError as error:
        return str(error)


if __name__ == "__main__":
    folder, targets, ids = Path(sys.argv[1]), sys.argv[2:], torch.tensor(json.load(sys.stdin))
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder / "base")
    base = transformers.AutoModelForSequenceClassification.from_pretrained(folder / "base").eval()
    before = base(input_ids=ids).logits
    adapted = get_peft_model(base, LoraConfig(r=8, target_modules=targets, task_type="SEQ_CLS")).eval()
    torch.manual_seed(0)
    with torch.no_grad():
        for name, parameter in adapted.named_parameters():
            if "lora_" in name:
                parameter.copy_(0.3 * torch.randn_like(parameter))
        logits = adapted(input_ids=ids).logits
    adapted.save_pretrained(folder / "adapter")
    answer = {
        "logits": logits.tolist(),
        "change": (logits - before).abs().max().item(),
        "adapted": refusal(adapted, tokenizer),
        "base": refusal(base, tokenizer),
        "merging": "",
    }
    try:
        merged = adapted.merge_and_unload()
    except NotImplementedError as error:
        answer["merging"] = str(error)
    else:
        answer["merged"] = refusal(merged, tokenizer)
        merged.save_pretrained(folder / "merged")
        for name in ("vocab.txt", "tokenizer.json", "tokenizer_config.json"):
            shutil.copy(folder / "base" / name, folder / "merged" / name)
    json.dump(answer, sys.stdout)
