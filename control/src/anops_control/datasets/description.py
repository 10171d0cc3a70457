"""What is known of one version of a dataset: its columns in the words of a model's inputs, and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Literal, Self

from anops_model_interface.schema import ColumnSpec, columns_of

if TYPE_CHECKING:
    from collections.abc import Mapping

Form = Literal["csv", "parquet", "arrow", "rds"]
"""How a dataset is stored, by the words of the pins packages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What only a person can say of a dataset; None: nothing is said.

    Attributes:
        text: What it is.
        source: Where it comes from.
        licence: The terms under which it may be used.
        owner: Who is responsible for it.
        time: The column that says when.
        keys: The columns that tell rows apart.
    """

    text: str | None = None
    source: str | None = None
    licence: str | None = None
    owner: str | None = None
    time: str | None = None
    keys: tuple[str, ...] = ()

    def or_else(self, before: About) -> About:
        """Return what is said, and where nothing is, what was said before."""
        return replace(before, **{name: value for name, value in self.to_dict().items() if value})

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What is known of one version of a dataset.

    Attributes:
        form: How it is stored.
        about: What a person said.
        columns: Its columns, in their order; none where they are not known.
        missing: The share of missing values of each column, 0 to 1.
        rows: How many rows; None: not known.
        missing_words: The cells that are missing values where it is stored as CSV; only unquoted ones are.
    """

    form: Form
    about: About = field(default_factory=About)
    columns: Mapping[str, ColumnSpec] = field(default_factory=dict)
    missing: Mapping[str, float] = field(default_factory=dict)
    rows: int | None = None
    missing_words: tuple[str, ...] = ("", "NA")

    @property
    def size(self) -> str | None:
        """How many rows, in words; None: not known."""
        if self.rows is None:
            return None
        return "1 row" if self.rows == 1 else f"{self.rows:,} rows"

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON, and for the user's metadata of a pin."""
        told: dict[str, Any] = {"form": self.form, "rows": self.rows}
        told |= {
            name: list(value) if name == "keys" else value for name, value in self.about.to_dict().items() if value
        }
        # a list: the metadata of a pin are YAML, which orders the names of a table
        told["columns"] = [{"name": name, **spec.written()} for name, spec in self.columns.items()]
        told["missing"] = dict(self.missing)
        if self.form == "csv":
            told["missing_words"] = list(self.missing_words)
        return told

    @classmethod
    def of(cls, told: Mapping[str, Any], form: Form) -> Self:
        """Read what `to_dict` wrote.

        Raises:
            ValueError: It is no description.
        """
        try:
            columns = {str(each["name"]): {k: v for k, v in each.items() if k != "name"} for each in told["columns"]}
            said = {each.name: told[each.name] for each in fields(About) if told.get(each.name)}
            return cls(
                form=form,
                about=About(**said | ({"keys": tuple(said["keys"])} if "keys" in said else {})),
                columns=columns_of({"columns": columns}, "columns"),
                missing={str(name): float(share) for name, share in told.get("missing", {}).items()},
                rows=told.get("rows"),
                missing_words=tuple(told.get("missing_words", ("", "NA"))),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{type(error).__name__}: {error}") from error
