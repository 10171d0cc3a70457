"""Times a model's own predict() as wrk times services: python timed.py PROJECT BODIES.json SECONDS."""

import json
import sys
import time
from pathlib import Path

import joblib
import numpy as np

project, file, seconds = Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])
model = joblib.load(project / "model.joblib")
bodies = [np.column_stack(list(rows.values())) for rows in json.loads(file.read_text(encoding="utf-8"))]
model.predict(bodies[0])
taken = []
begin = time.perf_counter()
while time.perf_counter() < begin + seconds:
    since = time.perf_counter()
    model.predict(bodies[len(taken) % len(bodies)])
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
