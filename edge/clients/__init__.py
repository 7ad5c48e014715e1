"""Clients that load a bundle's files as they are, as data: to add one, write a module and one entry here."""

from edge.clients.client import Client
from edge.registry import find_entry
from edge.tasks import TASKS

CLIENTS: dict[str, Client] = {
    client.name: client
    for client in (
        Client(
            "mediapipe",
            "MediaPipe Tasks: TextClassifier and TextEmbedder on Android, iOS, web and in Python",
            "mediapipe 1.2.2, Python",
            "tflite",
            "xnnpack",
            ("feature-extraction", "text-classification"),
            "mediapipe",
        ),
        Client(
            "transformersjs",
            "transformers.js: pipelines in browsers and Node",
            "@huggingface/transformers 4.3.1, Node 20",
            "onnx",
            "cpu",
            tuple(TASKS),
            "transformersjs",
        ),
        Client(
            "onnxruntime",
            "onnxruntime by way of optimum: ORTModelFor...",
            "optimum-onnx 0.1.0, onnxruntime 1.32.0",
            "onnx",
            "cpu",
            tuple(TASKS),
            "onnxruntime",
        ),
        Client(
            "react-native",
            "react-native-executorch: hooks for React Native",
            "not run: its calls by executorch 1.5.1's own runtime",
            "executorch",
            "xnnpack",
            tuple(TASKS),
            "react_native",
        ),
    )
}


def find_client(name: str) -> Client:
    """Return the client called `name`.

    Raises
    ------
    InputError
        If there is no such client.
    """
    return find_entry(CLIENTS, name, "client")
