"""Prints what a model itself predicts: python expected.py PROJECT ROWS.json."""

import json
import sys
from pathlib import Path

import joblib
import numpy as np

project, rows = map(Path, sys.argv[1:])
columns = json.loads(rows.read_text(encoding="utf-8"))
predictions = joblib.load(project / "model.joblib").predict(np.column_stack(list(columns.values())))
sys.stdout.write(json.dumps(predictions.tolist()))
