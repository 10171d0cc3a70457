"""How `{{ cookiecutter.name }}` is loaded{% if not cookiecutter._by_family %}, and how it predicts{% endif %}.

{% if cookiecutter._by_family -%}
It predicts by itself, as a request's options ask. To do it in another way, add

    def predict_model(model, data, **options):

which returns a prediction for each row of the data frame `data`; `ao check` tells
whether it works.
{%- else -%}
Change either function as you like; `ao check` tells whether it still works.
{%- endif %}
"""

import {{ "joblib" if "joblib" in cookiecutter._reader else "skops.io" if "skops" in cookiecutter._reader else "pickle" }}


def load_model(path):
    """Return the fitted model that is saved at `path`."""
    {{ cookiecutter._reader | indent }}
{%- if not cookiecutter._by_family %}


def predict_model(model, data, **options):
    """Return a prediction for each row of the data frame `data`."""
{%- if cookiecutter._suiting_code %}
    {{ cookiecutter._suiting_code | indent }}
{%- endif %}
    return model.predict(data, **options)
{%- endif %}
