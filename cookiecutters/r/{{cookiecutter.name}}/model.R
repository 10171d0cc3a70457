{% if cookiecutter._series -%}
# How `{{ cookiecutter.name }}` is loaded. It forecasts by itself, as R's forecast() does.
# To do it in another way, add predict_model(model, newdata, ...), which returns
# a forecast for each row of `newdata`; `ao check` tells whether it works.
{%- else -%}
# How `{{ cookiecutter.name }}` is loaded, and how it predicts.
# Change either function as you like; `ao check` tells whether it still works.
{%- endif %}
{%- for package in cookiecutter._libraries %}
{{ "\n" if loop.first else "" }}library({{ package }})
{%- endfor %}

load_model <- function(path) {
  {{ cookiecutter._reader }}
}
{%- if not cookiecutter._series %}

predict_model <- function({{ cookiecutter._arguments }}) {
  {{ cookiecutter._prediction }}
}
{%- endif %}
