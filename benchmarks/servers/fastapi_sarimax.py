"""The SARIMAX behind FastAPI, as an engineer who wants it fast would write it by hand."""

from __future__ import annotations

import os

import joblib
import numpy as np
import orjson
from fastapi import FastAPI, HTTPException, Request, Response
from pydantic import BaseModel, ValidationError

model = joblib.load(os.environ["MODEL"])
app = FastAPI()


class Regressors(BaseModel):
    """What the future is given for a period."""

    time: str
    promo: float
    price: float


class Asked(BaseModel):
    """A body."""

    horizon: int
    level: list[float]
    regressors: list[Regressors]


# The forecast blocks the loop, on purpose: with one process a core, a pool of threads only adds switches.
@app.post("/forecast")
async def forecast(request: Request) -> Response:
    """Forecast, with the limits of each level."""
    try:
        asked = Asked.model_validate_json(await request.body())
    except ValidationError as error:
        raise HTTPException(422, error.errors(include_context=False)) from error
    future = np.array([(row.promo, row.price) for row in asked.regressors])
    found = model.get_forecast(asked.horizon, exog=future)
    columns = {"prediction": found.predicted_mean.tolist()}
    for level in asked.level:
        bounds = found.conf_int(alpha=1 - level / 100).to_numpy()
        columns[f"lower_{level:g}"], columns[f"upper_{level:g}"] = bounds[:, 0].tolist(), bounds[:, 1].tolist()
    times = [row.time for row in asked.regressors]
    rows = [dict(zip(["time", *columns], row, strict=True)) for row in zip(times, *columns.values(), strict=True)]
    return Response(orjson.dumps({"predictions": rows}), media_type="application/json")
