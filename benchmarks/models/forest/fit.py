"""Fits a random forest of 100 trees on ten columns."""

import joblib
from sklearn.datasets import make_friedman1
from sklearn.ensemble import RandomForestRegressor

x, y = make_friedman1(n_samples=1000, n_features=10, noise=1.0, random_state=1)
model = RandomForestRegressor(n_estimators=100, random_state=1).fit(x, y)
joblib.dump(model, "model.joblib")
