"""What a person writes to predict a file: python whole_file.py PROJECT ROWS.csv PREDICTIONS.csv."""

import sys
from pathlib import Path

import joblib
import pandas as pd

project, rows, predictions = map(Path, sys.argv[1:])
model = joblib.load(project / "model.joblib")
pd.DataFrame({"prediction": model.predict(pd.read_csv(rows).to_numpy())}).to_csv(predictions, index=False)
