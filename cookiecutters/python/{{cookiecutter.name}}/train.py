"""The steps that fit the model: `ao train` does them one by one, `python train.py` all at once.

tests/test_train.py tests each by itself.
"""

import joblib
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def load_data():
    """Return the sizes of the flowers, and their species."""
    iris = load_iris(as_frame=True)
    return iris.data, iris.target_names[iris.target]


def split_data(data):
    """Return all data twice.

    150 flowers are few: the model is fitted on all of them, and `evaluate` leaves out one fifth after the other.
    """
    return data, data


def build_pipeline():
    """Return what is to be fitted."""
    return make_pipeline(StandardScaler(), LogisticRegression())


def train_model(pipeline, train):
    """Return the fitted model."""
    return pipeline.fit(*train)


def evaluate(model, test):
    """Return which share of the flowers get their own species, from a model that has not seen them."""
    return {"accuracy": cross_val_score(clone(model), *test).mean()}


def save_model(model, path):
    """Write the model."""
    joblib.dump(model, path)


if __name__ == "__main__":
    train, test = split_data(load_data())
    model = train_model(build_pipeline(), train)
    accuracy = evaluate(model, test)["accuracy"]
    print(f"{accuracy:.0%} of the flowers get their own species.")
    save_model(model, "model.joblib")
