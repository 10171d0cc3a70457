"""Estimators of econml, which answer effects and not outcomes."""

from __future__ import annotations

from typing import Any

from anops_worker.libraries.library import Library


class EconML(Library):
    """What is known of econml."""

    def why_refused(self, model: Any) -> str | None:  # noqa: ANN401  any estimator of econml
        """Say what an estimator of effects answers; see `Library`."""
        if hasattr(model, "predict") or not hasattr(model, "effect"):
            return None
        kind = type(model).__name__
        return (
            f"{'an' if kind[0] in 'AEIOU' else 'a'} {kind} estimates effects of a treatment, by "
            "`model.effect(data.to_numpy())`, and does not predict an outcome"
        )
