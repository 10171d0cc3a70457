"""Each step of train.py gives the next one what it needs.

A model of your own needs other steps: change them there, and these tests with them.
"""

import sys
from pathlib import Path

import joblib

sys.path.insert(0, str(Path(__file__).parents[1]))

import train


def test_each_flower_has_its_species():
    flowers, species = train.load_data()
    assert len(flowers) == len(species) == 150


def test_each_flower_is_there_to_train_on_and_to_evaluate_on():
    fitted_on, left_out = train.split_data(train.load_data())
    assert len(fitted_on[0]) == len(left_out[0]) == 150


def test_the_pipeline_is_not_fitted_before_it_is_trained():
    pipeline = train.build_pipeline()
    assert not hasattr(pipeline, "classes_")
    model = train.train_model(pipeline, train.load_data())
    assert list(model.classes_) == ["setosa", "versicolor", "virginica"]


def test_most_flowers_that_were_left_out_get_their_species():
    model = train.train_model(train.build_pipeline(), train.load_data())
    assert train.evaluate(model, train.load_data())["accuracy"] > 0.9


def test_the_saved_model_predicts_as_the_fitted_one(tmp_path):
    flowers, species = train.load_data()
    model = train.train_model(train.build_pipeline(), (flowers, species))
    train.save_model(model, tmp_path / "model.joblib")
    saved = joblib.load(tmp_path / "model.joblib")
    assert list(saved.predict(flowers)) == list(model.predict(flowers))
