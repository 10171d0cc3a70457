"""The samplers that propose parameters: Optuna's, and a sequence that fills the ranges evenly."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Literal

import numpy as np
import optuna
from scipy.stats import qmc

from anops_experiments.failures import ExperimentError

if TYPE_CHECKING:
    from anops_experiments.calibration.space import Space, Span
    from anops_experiments.tasks import Scalar

Sampler = Literal["tpe", "random", "sobol", "cmaes"]
_FEWEST_RANGES = 2


def sampler_of(name: Sampler, space: Space, seed: int, base: int, at: int) -> optuna.samplers.BaseSampler:
    """Return what makes one proposal.

    Args:
        name: Which sampler.
        space: What is looked for.
        seed: Where the chance of this proposal begins.
        base: Where that of the calibration begins.
        at: How many proposals were made before.

    Raises:
        ExperimentError: The sampler can't look for these parameters.
    """
    if name == "tpe":
        return optuna.samplers.TPESampler(seed=seed, multivariate=True)
    anything = optuna.samplers.RandomSampler(seed=seed)
    if name == "random":
        return anything
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        if name == "sobol":
            return optuna.samplers.PartialFixedSampler(dict(_even(space, base, at)), anything)
        if len(space.spans) < _FEWEST_RANGES:
            raise ExperimentError(
                "The sampler `cmaes` needs two parameters or more that have ranges.",
                remedy='Choose another: sampler = "tpe"',
            )
        return optuna.samplers.CmaEsSampler(seed=seed, independent_sampler=anything, warn_independent_sampling=False)


def _even(space: Space, base: int, at: int) -> dict[str, Scalar]:
    """Return a point of the scrambled sequence of Sobol: the same one whoever asks, in any portions."""
    sequence = qmc.Sobol(len(space.spans) + len(space.choices), rng=np.random.default_rng(base))
    if at:
        sequence.fast_forward(at)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of numbers of points that are no power of two
        unit = sequence.random(1)[0].tolist()
    values: dict[str, Scalar] = {
        name: _whole(span, place) if span.is_whole else span.value(place)
        for (name, span), place in zip(space.spans.items(), unit, strict=False)
    }
    for (name, each), place in zip(space.choices.items(), unit[len(space.spans) :], strict=True):
        values[name] = each[min(int(place * len(each)), len(each) - 1)]
    return values


def _whole(span: Span, place: float) -> int:
    """Return a whole number, each as likely as the others."""
    return min(int(span.high), int(span.low) + int(place * (int(span.high) - int(span.low) + 1)))
