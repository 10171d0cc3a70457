"""The R model in FastAPI through rpy2, as one would first write it: data frames by pandas2ri."""

from __future__ import annotations

import os

import pandas as pd
import rpy2.robjects as ro
from fastapi import FastAPI
from pydantic import BaseModel
from rpy2.robjects import pandas2ri

app = FastAPI()
model = ro.r["readRDS"](os.environ["MODEL"])
predict_in_r = ro.r(
    "function(m, rows) if (inherits(m, 'glm')) predict(m, rows, type = 'response') else predict(m, rows)"
)
converter = ro.default_converter + pandas2ri.converter


class Car(BaseModel):
    """One row."""

    wt: float
    hp: float
    cyl: float


class Cars(BaseModel):
    """A body."""

    data: list[Car]


# async, for R can't be entered from the threads that FastAPI runs plain functions in
@app.post("/predict")
async def predict(cars: Cars) -> dict[str, list[float]]:
    """Predict records."""
    with converter.context():
        rows = pd.DataFrame([car.model_dump() for car in cars.data])
        return {"predictions": [float(value) for value in predict_in_r(model, rows)]}
