"""Saves a scikit-learn model as MLflow wants it: mlflow_model.py FOLDER."""

from __future__ import annotations

import os
import sys

import joblib
import mlflow.sklearn

mlflow.sklearn.save_model(
    joblib.load(os.environ["MODEL"]), sys.argv[1], serialization_format="cloudpickle", pip_requirements=[]
)
