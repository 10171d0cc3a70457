"""What columns a model takes in: from the object where it says, from example rows where it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.schema import ColumnSpec
from anops_model_interface.words import quoted

from anops_worker.python_describe.understanding import numbers, stand_ins

if TYPE_CHECKING:
    import pandas as pd
    from anops_project.description import Source

    from anops_worker.python_describe.understanding import Understanding


_MOST_SHOWN = 8


def inputs_of(found: Understanding, data: pd.DataFrame | None, source: Source) -> dict[str, ColumnSpec]:
    """Tell the columns of a model.

    Args:
        found: What the object says.
        data: Example rows.
        source: Their file, and the column that is predicted.

    Returns:
        The columns in the order of the fitted object, else of the example rows.

    Raises:
        AnOpsError: `MODEL_LOAD`: neither tells the columns, or they do not fit each other.
    """
    if data is None:
        return _without_data(found)
    from anops_worker.python_describe.example_data import spec_of  # noqa: PLC0415  there are environments without pandas

    file = source.data.name if source.data else "the example rows"
    if source.target is not None and source.target not in data.columns:
        raise AnOpsError(
            Code.MODEL_LOAD,
            f"Can't find column `{source.target}` in {file}; it has {quoted(data.columns, most=_MOST_SHOWN)}.",
            remedy="Name the column that the model predicts, or leave out --target.",
        )
    offered = [name for name in data.columns if name != source.target]
    if found.inputs is None:
        if found.texts and len(offered) == 1:
            return {offered[0]: ColumnSpec(type="string")}
        if found.width is not None and found.width != len(offered):
            raise AnOpsError(
                Code.MODEL_LOAD,
                f"Can't match {file} with the model: the model was fitted on {found.width} columns, and the file "
                f"has {len(offered)}: {quoted(offered, most=_MOST_SHOWN)}.",
                remedy="Name the column that is predicted with --target, and keep only the model's columns, "
                "in the order it was fitted on.",
            )
        if found.width is not None:
            found.notes.append(
                f"The model does not know its columns' names: they are taken, in their order, from {file}."
            )
            found.name_columns(offered)
        return {name: found.known.get(name) or spec_of(data[name]) for name in offered}
    lacking = [name for name in found.inputs if name not in data.columns]
    if lacking:
        raise AnOpsError(
            Code.MODEL_LOAD,
            f"Can't match {file} with the model: it lacks {quoted(lacking, most=_MOST_SHOWN)}.",
            remedy="Give example rows with all columns that the model was fitted on.",
        )
    return {name: _told_by(data[name], name, spec, found) for name, spec in found.inputs.items()}


def _told_by(values: pd.Series, name: str, spec: ColumnSpec, found: Understanding) -> ColumnSpec:
    """Choose between what the object and what example rows say of a column."""
    from anops_worker.python_describe.example_data import spec_of  # noqa: PLC0415  the same

    told = spec_of(values)
    if told.type == "boolean" and found.converted and found.data is not None and found.data[name].isin([0, 1]).all():
        found.data[name] = found.data[name].astype(bool)
    # an imputer makes 0 and 1 of booleans that may be missing, and an encoder behind it knows those alone
    codes = spec.type == "number" and set(spec.values or (2,)) <= {0.0, 1.0}
    return spec if name in found.certain and not (codes and told.type == "boolean") else told


def _without_data(found: Understanding) -> dict[str, ColumnSpec]:
    if found.inputs is not None:
        renamed = [name for name in found.inputs if name in found.blanks and "_" in name]
        if renamed:
            found.notes.append(
                f"The library writes `_` for a blank in a name: where {quoted(renamed, most=_MOST_SHOWN)} had "
                "blanks in the fit, requests need `_` too, unless example rows (--data) have the names of the fit."
            )
        unsure = [name for name, spec in found.inputs.items() if name not in found.certain and spec.type == "number"]
        if unsure and found.data is None:
            found.notes.append(
                f"The model names its columns but not their types: {quoted(unsure, most=_MOST_SHOWN)} "
                f"{'is' if len(unsure) == 1 else 'are'} taken for numbers. Rows of real data would show it; "
                'where one had dates or times, write that in ao.toml, as in type = "datetime".'
            )
        return found.inputs
    if found.texts:
        found.notes.append("The model takes one column of text: it is called `text`.")
        return {"text": ColumnSpec(type="string")}
    if found.width is None:
        raise AnOpsError(
            Code.MODEL_LOAD,
            f"Can't tell which columns the model takes: {found.summary} does not say.",
            remedy="Give a few example rows: --data example.csv, with --target for the column that is predicted.",
        )
    names = stand_ins(found.width)
    found.name_columns(names)
    found.notes.append(
        f"The model was fitted without column names: its {found.width} columns are called "
        f"{quoted(names, most=_MOST_SHOWN)}, in the order it was fitted on. Rows of real data would name them."
    )
    return {**numbers(names), **found.known}
