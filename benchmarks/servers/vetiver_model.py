"""A scikit-learn model behind vetiver."""

from __future__ import annotations

import os
import warnings

import joblib
import pandas as pd
import vetiver

# scikit-learn warns on each request that the rows have names and the model has not
warnings.filterwarnings("ignore", category=UserWarning)
model = joblib.load(os.environ["MODEL"])
prototype = pd.DataFrame([[1.0] * len(os.environ["COLUMNS_OF_MODEL"].split(","))])
prototype.columns = os.environ["COLUMNS_OF_MODEL"].split(",")
app = vetiver.VetiverAPI(vetiver.VetiverModel(model, "model", prototype_data=prototype), check_prototype=True).app
