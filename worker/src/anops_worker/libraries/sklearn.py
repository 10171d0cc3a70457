"""Estimators of scikit-learn itself; the conventions that other libraries follow are no part of it."""

from __future__ import annotations

from typing import Any

from anops_worker.libraries.library import Library


class ScikitLearn(Library):
    """What is known of scikit-learn beside its conventions."""

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


def _is_own(model: Any) -> bool:  # noqa: ANN401
    """Say whether it is no estimator of a library that is built upon this one, which may keep another account."""
    return type(model).__module__.partition(".")[0] == "sklearn"
