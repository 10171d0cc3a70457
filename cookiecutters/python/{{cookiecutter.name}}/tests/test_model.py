"""The model still answers as it did when the project was made.

tests/reference.json holds the rows and the answers
{%- if cookiecutter._by_chance %}; these are drawn by chance, so no prediction must be the same
{%- endif %}. To run it: pytest
"""
{% if cookiecutter._has_reference %}
import json
{%- endif %}
import sys
{%- if cookiecutter._lends_names %}
from importlib import import_module
from importlib.util import find_spec
{%- endif %}
from pathlib import Path
{%- if cookiecutter._has_reference %}

{% if not cookiecutter._by_chance %}import numpy as np
{% endif %}import pandas as pd
{%- endif %}

sys.path.insert(0, str(Path(__file__).parents[1]))

{% if cookiecutter._lends_names -%}
import {{ cookiecutter._module }}
{% endif -%}
{% if cookiecutter._defines_load and cookiecutter._defines_predict -%}
from {{ cookiecutter._module }} import load_model, predict_model
{%- elif cookiecutter._defines_load -%}
from {{ cookiecutter._module }} import load_model
{%- elif cookiecutter._defines_predict -%}
{% if cookiecutter._artifact %}from joblib import load as load_model
{% endif -%}
from {{ cookiecutter._module }} import predict_model
{%- else -%}
from joblib import load as load_model
{%- endif %}
{%- if not cookiecutter._defines_predict and cookiecutter._series %}
from anops_worker.families import predict as predict_model
{%- endif %}

PROJECT = Path(__file__).parents[1]
{%- if cookiecutter._lends_names %}

# What the script that saved the model had defined and imported; its file does not keep that.
lent = {name: value for name, value in vars({{ cookiecutter._module }}).items() if name[:2] != "__"}
sys.modules["__main__"].__dict__.update(lent)
if find_spec("statsmodels"):  # where it reads a formula again
    home = vars(import_module("statsmodels.base.data"))
    home.update({"pd": import_module("pandas"), **lent, **home})
{%- endif %}
{%- if not cookiecutter._defines_predict and not cookiecutter._series %}


def predict_model(model, data):
{%- if cookiecutter._suiting_code %}
    {{ cookiecutter._suiting_code | indent }}
{%- endif %}
    return model.{{ cookiecutter._method }}(data)
{%- endif %}


{% if cookiecutter._has_reference -%}
def reference():
    saved = json.loads((PROJECT / "tests/reference.json").read_text(encoding="utf-8"))
    expected = pd.DataFrame(saved["predictions"]["columns"])
{%- if cookiecutter._has_columns %}
    rows = pd.DataFrame(saved["rows"]["columns"])
{%- else %}
    rows = pd.DataFrame(index=expected.index)  # no columns
{%- endif %}
{{- cookiecutter._conversions }}
    return rows, expected


def test_the_reference_rows_get_{{ "" if cookiecutter._by_chance else "their_" }}predictions():
    rows, expected = reference()
    model = {% if cookiecutter._artifact %}load_model(PROJECT / "{{ cookiecutter._artifact }}"){% elif cookiecutter._defines_load %}load_model(PROJECT){% else %}None{% endif %}
    predictions = pd.DataFrame(predict_model(model, rows))

    assert predictions.shape == expected.shape
    for position, name in enumerate(expected):
        answer = predictions.iloc[:, position]
{%- if cookiecutter._by_chance %}
        numeric = pd.api.types.is_numeric_dtype
        assert numeric(answer) == numeric(expected[name])
{%- else %}
        if pd.api.types.is_numeric_dtype(expected[name]):
            numbers = answer.astype("float64")
            np.testing.assert_allclose(numbers, expected[name], rtol=1e-6)
        else:
            assert answer.astype(str).tolist() == expected[name].astype(str).tolist()
{%- endif %}
{%- else -%}
def test_the_model_can_be_loaded():
    model = {% if cookiecutter._artifact %}load_model(PROJECT / "{{ cookiecutter._artifact }}"){% elif cookiecutter._defines_load %}load_model(PROJECT){% else %}predict_model{% endif %}
    assert model is not None
{%- endif %}
