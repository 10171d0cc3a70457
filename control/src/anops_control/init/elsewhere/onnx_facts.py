"""Prints the inputs and outputs of an ONNX graph, and what its nodes tell, as JSON; run by a Python with onnxruntime.

It is a program of its own: python onnx_facts.py FILE
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# numbers of fields in onnx.proto
_GRAPH, _NODE, _ATTRIBUTE, _NAME, _INTS, _STRINGS = 7, 1, 5, 1, 8, 9
_INPUT, _OUTPUT, _OPERATOR = 1, 2, 4
_INITIALIZER, _EXTERNAL, _KEY, _VALUE = 5, 13, 1, 2
_VARINT, _EIGHT_BYTES, _LENGTH, _FOUR_BYTES = 0, 1, 2, 5
"""How a field of protobuf is written."""
_SAME_TEXTS = frozenset({"Gather", "Reshape", "Identity", "Flatten", "Squeeze", "Unsqueeze"})
_ENCODERS = frozenset({"OneHotEncoder", "LabelEncoder"})


def main(file: str) -> None:
    """Print what a graph takes and gives."""
    import onnxruntime

    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    told: dict[str, object] = {
        kind: [{"name": one.name, "type": one.type, "shape": list(one.shape or [])} for one in found]
        for kind, found in (("inputs", session.get_inputs()), ("outputs", session.get_outputs()))
    }
    graph = memoryview(Path(file).read_bytes())
    told |= {"classes": classes_of(graph), "levels": levels_of(graph), "files": files_of(graph)}
    print(json.dumps(told, default=str))


def classes_of(model: memoryview) -> list[object]:
    """Return the classes that the classifier of a graph names; none where it has none, or several that differ.

    onnxruntime tells no attributes of nodes, and its users rarely have the package onnx.
    """
    found = []
    for graph in _of(model, _GRAPH):
        for node in _of(graph, _NODE):
            found += [labels for one in _of(node, _ATTRIBUTE) if (labels := _labels(one))]
    return found[0] if found and all(each == found[0] for each in found) else []


def files_of(model: memoryview) -> list[str]:
    """Return the files beside a graph that hold its weights, as PyTorch exports it."""
    found = []
    for graph in _of(model, _GRAPH):
        for weights in _of(graph, _INITIALIZER):
            entries = {_text(entry, _KEY): _text(entry, _VALUE) for entry in _of(weights, _EXTERNAL)}
            found += [entries["location"]] if "location" in entries else []
    return sorted(set(found))


def levels_of(model: memoryview) -> dict[str, list[str]]:
    """Return the levels that an encoder knows of what goes into it, by the names of inputs of the graph."""
    encoders: dict[str, list[str]] = {}
    sources: dict[str, str] = {}
    for graph in _of(model, _GRAPH):
        for node in _of(graph, _NODE):
            operator = _text(node, _OPERATOR)
            taken, given = [[bytes(one).decode() for one in _of(node, which)] for which in (_INPUT, _OUTPUT)]
            if operator in _SAME_TEXTS:
                sources |= dict.fromkeys(given, taken[0])
            for attribute in _of(node, _ATTRIBUTE) if operator in _ENCODERS else ():
                if _text(attribute, _NAME) in {"cats_strings", "keys_strings"}:
                    encoders[taken[0]] = [bytes(one).decode() for one in _of(attribute, _STRINGS)]
    found = {}
    for name, levels in encoders.items():
        while name in sources:
            name = sources[name]  # noqa: PLW2901  on its way back to an input
        found[name] = levels
    return found


def _labels(attribute: memoryview) -> list[object]:
    name = _text(attribute, _NAME)
    if name == "classlabels_strings":
        return [bytes(text).decode() for text in _of(attribute, _STRINGS)]
    if name in {"classlabels_int64s", "classlabels_ints"}:
        return [one - (1 << 64) if one >> 63 else one for one in _numbers(attribute, _INTS)]
    return []


def _text(message: memoryview, number: int) -> str:
    return b"".join(map(bytes, _of(message, number))).decode()


def _of(message: memoryview, number: int) -> Iterator[memoryview]:
    return (value for which, value in _fields(message) if which == number and not isinstance(value, int))


def _numbers(message: memoryview, number: int) -> Iterator[int]:
    for which, value in _fields(message):
        if which != number:
            continue
        if isinstance(value, int):
            yield value
            continue
        at = 0  # written together
        while at < len(value):
            one, at = _varint(value, at)
            yield one


def _fields(message: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """Return the fields of a message of protobuf, with their numbers."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        kind = key & 7
        if kind == _VARINT:
            value, at = _varint(message, at)
            yield key >> 3, value
            continue
        length = {_EIGHT_BYTES: 8, _FOUR_BYTES: 4}.get(kind, 0)
        if kind == _LENGTH:
            length, at = _varint(message, at)
        yield key >> 3, message[at : at + length]
        at += length


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at


if __name__ == "__main__":
    main(*sys.argv[1:])
