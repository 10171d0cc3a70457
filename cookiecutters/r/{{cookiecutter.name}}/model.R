# How `{{ cookiecutter.name }}` is loaded, and how it predicts.
# Change either function as you like; `ao check` tells whether it still works.
{%- for package in cookiecutter._libraries %}
{{ "\n" if loop.first else "" }}library({{ package }})
{%- endfor %}

load_model <- function(path) {
  {{ cookiecutter._reader }}
}

predict_model <- function({{ cookiecutter._arguments }}) {
  {{ cookiecutter._prediction }}
}
