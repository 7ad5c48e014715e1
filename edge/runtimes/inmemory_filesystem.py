"""A folder as one run of bytes: what ExecuTorch's Core ML backend keeps in a .pte.

The contents of all files follow each other. Behind them lies a JSON object, written backwards, that lists the nodes of
the tree, children before their folder and the root last, each with its name, its kind, the region of its content and
the numbers of its children. The format is that of ``backends/apple/coreml/runtime/inmemoryfs`` in ExecuTorch.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

_FILE, _FOLDER = 0, 1
_ROOT_NAME = "lowered_module"
# ExecuTorch looks no further back than 10 MiB for the beginning of the JSON object.
_LONGEST_DESCRIPTION = 10 * 2**20


def flatten(files: Mapping[str, bytes]) -> bytes:
    """Return `files` as one run of bytes, the same for the same files in any order.

    Parameters
    ----------
    files
        Contents by relative path with slashes, such as ``model.mlpackage/Manifest.json``.
    """
    tree: dict[str, Any] = {}
    for path, content in files.items():
        *folders, name = path.split("/")
        folder = tree
        for each in folders:
            folder = folder.setdefault(each, {})
        folder[name] = content
    nodes: list[dict[str, Any]] = []
    contents = bytearray()
    _append(_ROOT_NAME, tree, nodes, contents)
    description = json.dumps({"nodes": nodes}, separators=(",", ":"), sort_keys=True).encode()
    return bytes(contents) + description[::-1]


def unflatten(data: bytes) -> dict[str, bytes]:
    """Return the files in `data`, by relative path with slashes.

    Raises
    ------
    ValueError
        If `data` is damaged, cut short or something else, or names a file outside of its folder.
    """
    nodes = _nodes(data)
    try:
        return {path: _content(data, region) for path, region in _files(nodes, len(nodes) - 1, "")}
    except (LookupError, TypeError, AttributeError) as error:
        raise ValueError("the list of files is damaged") from error


def _append(name: str, entry: Any, nodes: list[dict[str, Any]], contents: bytearray) -> int:
    """Append `entry`, a folder's entries or a file's content, and what is in it; return its number."""
    kind, children, region = _FOLDER, {}, {"offset": 0, "size": 0}
    if isinstance(entry, dict):
        children = {child: _append(child, below, nodes, contents) for child, below in sorted(entry.items())}
    else:
        kind, region = _FILE, {"offset": len(contents), "size": len(entry)}
        contents += entry
    nodes.append({"name": name, "kind": kind, "dataRegion": region, "children": children})
    return len(nodes) - 1


def _nodes(data: bytes) -> list[dict[str, Any]]:
    # Large models are padded with zeros.
    end = data[-_LONGEST_DESCRIPTION:][::-1].lstrip(b"\0")
    try:
        # Of one byte a character, so that the length found is one of bytes.
        _, length = json.JSONDecoder().raw_decode(end.decode("latin-1"))
        nodes: list[dict[str, Any]] = json.loads(end[:length])["nodes"]
    except (LookupError, TypeError, RecursionError) as error:
        raise ValueError("no list of files at the end") from error
    return nodes


def _files(nodes: list[dict[str, Any]], number: int, folder: str) -> Iterator[tuple[str, dict[str, int]]]:
    """Give path and region of the files below a folder; a child's number is below its folder's, so this ends."""
    for name, child in sorted(nodes[number]["children"].items()):
        if name in ("", ".", "..") or any(each in name for each in "/\\\0") or not 0 <= child < number:
            raise ValueError(f"{folder}{name!r} is no file of a folder")
        if nodes[child]["kind"] == _FOLDER:
            yield from _files(nodes, child, f"{folder}{name}/")
        else:
            yield f"{folder}{name}", nodes[child]["dataRegion"]


def _content(data: bytes, region: dict[str, int]) -> bytes:
    start, end = region["offset"], region["offset"] + region["size"]
    if not 0 <= start <= end <= len(data):
        raise ValueError("a file's content is cut short")
    return data[start:end]
