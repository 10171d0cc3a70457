"""The steps that fit the model: `ao train` does them one by one.

`python train.py` does them all at once, into model.joblib.
"""

from pathlib import Path

import joblib
import pandas as pd
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

RECENT = Path("recent.csv")
"""What a service has answered since, with the outcomes that came to be known:
`ao monitor retrain` writes it."""


def load_data():
    if RECENT.exists():
        data = pd.read_csv(RECENT)
        return data.drop(columns="species"), data["species"]
    iris = load_iris(as_frame=True)
    return iris.data, pd.Series(iris.target_names[iris.target], name="species")


def split_data(data):
    return train_test_split(*data, test_size=0.2, random_state=0, stratify=data[1])


def build_pipeline():
    return make_pipeline(StandardScaler(), LogisticRegression())


def train_model(pipeline, x_train, y_train):
    return pipeline.fit(x_train, y_train)


def evaluate(model, x_test, y_test):
    return {"accuracy": model.score(x_test, y_test)}


if __name__ == "__main__":
    flowers, species = load_data()
    model = train_model(build_pipeline(), flowers, species.to_numpy())
    print(f"{model.score(flowers, species):.0%} of the flowers get their own species.")
    joblib.dump(model, "model.joblib")
