"""Fits the model and saves it as model.joblib: python train.py."""

import joblib
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

iris = load_iris(as_frame=True)
species = iris.target_names[iris.target]

model = make_pipeline(StandardScaler(), LogisticRegression())
model.fit(iris.data, species)
print(f"{model.score(iris.data, species):.0%} of the flowers get their own species.")
joblib.dump(model, "model.joblib")
