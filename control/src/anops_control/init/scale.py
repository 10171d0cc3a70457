"""What a model answers where a request does not say: responses or the link, classes or probabilities."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code

from anops_control.errors import CommandError

if TYPE_CHECKING:
    from anops_model_interface.schema import Schema

_OPTION = "type"


def default_type(schema: Schema) -> str | None:
    """Return what is answered without the option `type`; None where the model has no such option."""
    option = schema.options.get(_OPTION)
    return str(option.default) if option is not None and option.default is not None else None


def is_scaled(schema: Schema) -> bool:
    """Say whether a model has a link, and answers on another scale than the link's."""
    return "link" in _levels(schema) and default_type(schema) in {"response", "risk"}


def with_default(schema: Schema, wanted: str | None) -> Schema:
    """Return the schema with another default of `type`.

    Args:
        schema: What the model can do.
        wanted: What --type says; None leaves the schema as it is.

    Raises:
        CommandError: The model has no such type.
    """
    if wanted is None:
        return schema
    levels = _levels(schema)
    if wanted not in levels:
        raise CommandError(
            f"--type must be one of {', '.join(levels)} for this model, not {wanted}."
            if levels
            else f"--type {wanted} can't be used: this model has only one way to answer.",
            remedy="Choose one of them, or leave --type out." if levels else "Leave --type out.",
            code=Code.USAGE,
        )
    option = replace(schema.options[_OPTION], default=wanted)
    return replace(schema, options={**schema.options, _OPTION: option})


def sentence(schema: Schema) -> str | None:
    """Say what answers are and how to have others; None where there is no choice."""
    default, levels = default_type(schema), _levels(schema)
    if default is None:
        return None
    if is_scaled(schema):
        scale = "relative risks, exp() of the linear predictor" if default == "risk" else "on the scale of the response"
        chosen = "; `--type link` makes that the default" if default == "risk" else ""
        return f'Answers are {scale}; a request has the linear predictor with type = "link"{chosen}.'
    if default == "class" and "probability" in levels:
        return "Answers are classes; `--type probability` makes probabilities the default, or a request asks for them."
    if default == "probability":
        return 'Answers are the probabilities of the classes; a request has the class alone with type = "class".'
    return f"Answers are of type {default} unless a request asks for another: {', '.join(levels)}."


def _levels(schema: Schema) -> tuple[str, ...]:
    option = schema.options.get(_OPTION)
    return (option.levels or ()) if option is not None else ()
