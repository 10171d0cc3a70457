"""Times a model's own predict() as wrk times services: python timed.py PROJECT BODIES.json SECONDS [decoding].

With `decoding`, the time has in it what turns a body of JSON, rows as records, into the model's input.
"""

import json
import sys
import time
from pathlib import Path

import joblib
import numpy as np


def matrix(columns: dict[str, list[float]]) -> np.ndarray:
    """Return columns by name as a matrix."""
    return np.column_stack(list(columns.values()))


project, file, seconds = Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])
model = joblib.load(project / "model.joblib")
rows = json.loads(file.read_text(encoding="utf-8"))
decoding = "decoding" in sys.argv[4:]
if decoding:
    bodies = [
        json.dumps([dict(zip(body, row, strict=True)) for row in zip(*body.values(), strict=True)]) for body in rows
    ]
else:
    bodies = [matrix(body) for body in rows]


def predict(body: str | np.ndarray) -> np.ndarray:
    """Predict for a body, decoded where that is timed too."""
    if decoding:
        records = json.loads(body)
        body = matrix({name: [record[name] for record in records] for name in records[0]})
    return model.predict(body)


predict(bodies[0])
taken = []
begin = time.perf_counter()
while time.perf_counter() < begin + seconds:
    since = time.perf_counter()
    predict(bodies[len(taken) % len(bodies)])
    taken.append(1e6 * (time.perf_counter() - since))
said = {
    "requests": len(taken),
    "microseconds": 1e6 * (time.perf_counter() - begin),
    "p50_us": float(np.quantile(taken, 0.5)),
    "p99_us": float(np.quantile(taken, 0.99)),
    "errors": 0,
    "refused": 0,
}
sys.stdout.write(json.dumps(said) + "\n")
