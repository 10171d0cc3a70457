"""Features that `ao features` keeps: joined as of a time, or the newest of an entity: `anops.features_get(…)`."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import pandas as pd

from anops.ao_program import ask_ao
from anops.errors import DatasetError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@overload
def features_get(
    names: str | Sequence[str],
    rows: pd.DataFrame,
    *,
    time: str | None = ...,
    project: str | os.PathLike[str] = ...,
) -> pd.DataFrame: ...


@overload
def features_get(
    names: str | Sequence[str],
    rows: None = ...,
    *,
    key: Mapping[str, Any],
    project: str | os.PathLike[str] = ...,
) -> dict[str, Any]: ...


def features_get(
    names: str | Sequence[str],
    rows: pd.DataFrame | None = None,
    *,
    key: Mapping[str, Any] | None = None,
    time: str | None = None,
    project: str | os.PathLike[str] = ".",
) -> pd.DataFrame | dict[str, Any]:
    """Get features as of the time of each row, or the newest of an entity.

    With `rows`, each row gets the values that were known at its time and still counted, as `[features.VIEW]` of ao.toml
    says. With `key`, the newest values of an entity are told that `ao features materialize` has kept. The program `ao`
    does the work, with its extra `features`; pyarrow must be installed here.

    Args:
        names: Features as "VIEW.FEATURE", or whole views.
        rows: A DataFrame with the entity's columns and a time.
        key: The value of each of the entity's columns: `{"account": 7}`.
        time: The rows' column of times; by default that of the first view.
        project: The folder with ao.toml.

    Returns:
        With `rows`, the same DataFrame with a column for each feature, `VIEW.FEATURE`, and `VIEW.time`, when the values
        are of. With `key`, for each view its `state` ("fresh", "stale", "future" or "missing"), `time` and `values`.

    Raises:
        DatasetError: There is no such feature, or it can't be got; the text is that of `ao`.
    """
    if (rows is None) == (key is None):
        raise DatasetError("Give either `rows` or a `key`.")
    wanted = [names] if isinstance(names, str) else [*names]
    asked = ["features", "get", *wanted, "--project", os.fspath(project), "--json"]
    if rows is None:
        pairs = [word for name, value in (key or {}).items() for word in ("--key", f"{name}={value}")]
        views: dict[str, Any] = ask_ao([*asked, *pairs])["views"]
        return views
    with tempfile.TemporaryDirectory(prefix="anops-features-") as folder:
        file, made = Path(folder, "rows.parquet"), Path(folder, "made.parquet")
        rows.to_parquet(file, index=False)
        told = ask_ao([*asked, "--rows", str(file), "--to", str(made), *([] if time is None else ["--time", time])])
        read = pd.read_parquet(made)
    added = read[[name for name in told["columns"] if name not in rows.columns]]
    return pd.concat([rows, added.set_axis(rows.index)], axis="columns")
