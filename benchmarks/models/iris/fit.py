"""Fits the species of iris flowers on arrays, as most peers want it."""

import joblib
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

iris = load_iris()
model = LogisticRegression(max_iter=1000).fit(iris.data, iris.target_names[iris.target])
joblib.dump(model, "model.joblib")
