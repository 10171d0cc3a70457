"""Estimators of scikit-learn itself; the conventions that other libraries follow are no part of it."""

from __future__ import annotations

import re
from typing import Any

from anops_worker.libraries.library import Library

_VERSION = re.compile(rb"_sklearn_version\x94?[\x8c\x58].{1,4}?(\d+\.\d+(?:\.\w+)*)")
"""How its estimators keep their version in a pickle, which can be read where that is not compressed."""


class ScikitLearn(Library):
    """What is known of scikit-learn beside its conventions."""

    distribution = "scikit-learn"

    def summary(self, model: Any) -> str | None:  # noqa: ANN401  any estimator
        """Return its own text, with the parameters that are not defaults; see `Library`."""
        if not _is_own(model):
            return None
        try:
            return " ".join(repr(model).split())
        except Exception:  # noqa: BLE001  saved by an older version, it lacks parameters that repr() asks for
            return None

    def why_refused(self, model: Any) -> str | None:  # noqa: ANN401  any estimator
        """Say that an estimator is not fitted; see `Library`."""
        if not _is_own(model):
            return None
        from sklearn.exceptions import NotFittedError  # noqa: PLC0415  there, since the model is
        from sklearn.utils.validation import check_is_fitted  # noqa: PLC0415

        try:
            check_is_fitted(model)
        except NotFittedError:
            return f"the {type(model).__name__} is not fitted"
        except TypeError:  # no estimator by its own account
            return None
        return None

    def version_saved(self, file: bytes) -> str | None:
        """Find the version in a pickle; see `Library`."""
        found = _VERSION.search(file)
        return found[1].decode("ascii") if found else None

    def version_in(self, warning: Warning | str) -> str | None:
        """Read the library's own warning of it; see `Library`."""
        return getattr(warning, "original_sklearn_version", None)


def _is_own(model: Any) -> bool:  # noqa: ANN401
    """Say whether it is no estimator of a library that is built upon this one, which may keep another account."""
    return type(model).__module__.partition(".")[0] == "sklearn"
