from __future__ import annotations

import json
import tomllib

import pytest
from anops_control.configuration.json_schema import json_schema
from jsonschema import Draft202012Validator, ValidationError

VALID = """
[project]
name = "cars"
language = "r"
[model]
artifact = "model.rds"
[model.inputs]
wt = "number"
"Gear.Type" = { type = "category", levels = ["auto", "manual"] }
[tasks.train]
run = "Rscript train.R"
[tasks.all]
run = ["a", "b"]
after = ["train"]
"""


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    Draft202012Validator.check_schema(json_schema())
    return Draft202012Validator(json_schema())


def test_a_good_file_fits(validator: Draft202012Validator) -> None:
    validator.validate(tomllib.loads(VALID))


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ('language = "r"', 'language = "julia"'),
        ('artifact = "model.rds"', ""),
        ('wt = "number"', 'wt = "numeric"'),
        ('name = "cars"', 'nam = "cars"'),
        ('run = "Rscript train.R"', "run = 3"),
    ],
)
def test_a_file_that_ao_refuses_does_not_fit(validator: Draft202012Validator, good: str, bad: str) -> None:
    with pytest.raises(ValidationError):
        validator.validate(tomllib.loads(VALID.replace(good, bad)))


def test_every_key_is_described() -> None:
    for section in json_schema()["$defs"].values():
        for key, value in section.get("properties", {}).items():
            assert value.get("description") or key in {"ordered", "list"}, key


def test_nothing_is_null_since_toml_has_no_null() -> None:
    assert "null" not in json.dumps(json_schema())
