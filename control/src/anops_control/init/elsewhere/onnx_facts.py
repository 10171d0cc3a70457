"""Prints the inputs and outputs of an ONNX graph, as JSON; run by the Python that has onnxruntime.

It is a program of its own: python onnx_facts.py FILE
"""

from __future__ import annotations

import json
import sys


def main(file: str) -> None:
    """Print what a graph takes and gives."""
    import onnxruntime

    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    told = {
        kind: [{"name": one.name, "type": one.type, "shape": list(one.shape or [])} for one in found]
        for kind, found in (("inputs", session.get_inputs()), ("outputs", session.get_outputs()))
    }
    print(json.dumps(told, default=str))


if __name__ == "__main__":
    main(*sys.argv[1:])
