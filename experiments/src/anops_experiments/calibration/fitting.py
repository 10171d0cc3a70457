"""The best fit and its uncertainty: what is simulated is smoothed near the best, and compared with the data there."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import minimize
from scipy.stats import chi2, qmc

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from anops_experiments.calibration.targets import Array, Target

_LEAST = 1e-12
_REACH = 3.0
"""How many standard errors around the best are looked at."""
_NARROWEST, _WIDEST = 0.002, 0.5
_SIMULATED_AGAIN = 60
_HALVINGS = 14


@dataclass(frozen=True, slots=True)
class Tried:
    """A proposal that was simulated.

    Attributes:
        place: Where its parameters are in their ranges, from 0 to 1.
        loss: How far it is from the data.
        runs: What was simulated, by target: a row for each replicate.
    """

    place: Array
    loss: float
    runs: Mapping[str, Array]


class Surface:
    """The distance from the data as a smooth function of the parameters, near the best.

    The mean of each simulated value is a polynomial of the parameters, of the second order where there are proposals
    enough, fitted by least squares; the covariance between replicates is that of those that are nearest to the best.

    Args:
        targets: What was observed.
        tried: What was simulated near the best.
        region: Where the best is, as far as that is known.
    """

    def __init__(self, targets: Sequence[Target], tried: Sequence[Tried], region: Region | None = None) -> None:
        self._targets = targets
        places = np.array([each.place for each in tried])
        self.low, self.high = places.min(axis=0), places.max(axis=0)
        self._centre, self._scale = places.mean(axis=0), np.maximum(np.ptp(places, axis=0) / 2, 1e-6)
        self._quadratic = len(tried) >= 1.5 * terms_of(places.shape[1])
        design = self._terms(places)
        self._solve = np.linalg.pinv(design)
        self._means = {t.name: np.array([each.runs[t.name].mean(axis=0) for each in tried]) for t in targets}
        near = np.ones(len(tried)) if region is None else np.array([region.nearness(each.place) for each in tried])
        self._noise = {t.name: _pooled([each.runs[t.name] for each in tried], near) for t in targets}
        replicates = sum(len(next(iter(each.runs.values()))) - 1 for each in tried) / len(tried)
        self._freedom = replicates * near.sum() ** 2 / (near**2).sum()
        self._replicates = min(len(next(iter(each.runs.values()))) for each in tried)
        self._fitted = {name: self._solve @ means for name, means in self._means.items()}
        self._ways = {t.name: self._way(t) for t in targets}

    def _terms(self, places: Array) -> Array:
        at = (np.atleast_2d(places) - self._centre) / self._scale
        columns = [np.ones(len(at)), *at.T]
        if self._quadratic:
            count = at.shape[1]
            columns += [at[:, i] * at[:, j] for i in range(count) for j in range(i, count)]
        return np.column_stack(columns)

    def _way(self, target: Target) -> Callable[[Array], float]:
        """Return how a mean is compared with what was observed: twice the negative logarithm of a likelihood."""
        observed, noise = target.observed, self._noise[target.name]
        if target.loss == "poisson":
            return lambda mean: (
                2 * float((np.maximum(mean, _LEAST) - observed * np.log(np.maximum(mean, _LEAST))).sum())
            )
        if target.loss == "squared":
            count = len(observed)
            return lambda mean: count * math.log(max(float(((observed - mean) ** 2).sum()), _LEAST))
        covariance = np.eye(len(observed)) * (target.sd or 0.0) ** 2
        if target.loss == "simulated":
            # the inverse of an estimated covariance is too large: Hartlap, Simon and Schneider (2007)
            least = len(observed) + 3
            covariance = covariance + noise * (self._freedom - 1) / (max(self._freedom, least) - len(observed) - 2)
        covariance += np.eye(len(observed)) * _LEAST * (1 + float(np.abs(observed).max()) ** 2)
        whitened = np.linalg.inv(np.linalg.cholesky(covariance))
        return lambda mean: float(((whitened @ (observed - mean)) ** 2).sum())

    def deviance(self, place: Array, fitted: Mapping[str, Array] | None = None) -> float:
        """Return twice the negative logarithm of the likelihood at a place."""
        terms = self._terms(place)
        coefficients = self._fitted if fitted is None else fitted
        means = ((t, (terms @ coefficients[t.name])[0]) for t in self._targets)
        return sum(t.weight * self._ways[t.name](mean) for t, mean in means)

    def best(self, start: Array, fitted: Mapping[str, Array] | None = None) -> Array:
        """Return the place of the least distance."""
        rest = list(range(len(start)))
        return self._least(lambda at: self.deviance(at, fitted), np.clip(start, self.low, self.high), rest)[1]

    def _least(self, distance: Callable[[Array], float], start: Array, rest: list[int]) -> tuple[float, Array]:
        bounds = [(self.low[each], self.high[each]) for each in rest]
        found = minimize(distance, start, method="Powell", bounds=bounds, options={"xtol": 1e-5, "ftol": 1e-9})
        return float(found.fun), np.atleast_1d(found.x)

    def curvature(self, place: Array) -> Array:
        """Return the matrix of second derivatives of half the deviance, by differences."""
        count = len(place)
        step = np.maximum(self._scale * 0.1, 1e-4)
        made = np.zeros((count, count))
        for i in range(count):
            for j in range(i, count):
                total = 0.0
                for a, b in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
                    moved = place.copy()
                    moved[i] += a * step[i]
                    moved[j] += b * step[j]
                    total += a * b * self.deviance(moved)
                made[i, j] = made[j, i] = total / (8 * step[i] * step[j])
        return made

    def interval(self, best: Array, at: int, level: float) -> tuple[float, float]:
        """Return the ends of the interval of a parameter by its profile likelihood, from 0 to 1."""
        least, enough = self.deviance(best), float(chi2.ppf(level, 1))
        return self._end(best, at, least + enough, -1), self._end(best, at, least + enough, 1)

    def _end(self, best: Array, at: int, limit: float, sign: int) -> float:
        edge = float(self.low[at] if sign < 0 else self.high[at])
        inside, outside, others = float(best[at]), edge, best
        profile, others = self._profile(best, at, outside)
        if profile <= limit:
            return 0.0 if sign < 0 else 1.0  # as far as it was looked: the end of the range
        others = best
        for _ in range(_HALVINGS):
            middle = (inside + outside) / 2
            profile, tried = self._profile(others, at, middle)
            if profile <= limit:
                inside, others = middle, tried
            else:
                outside = middle
        return (inside + outside) / 2

    def _profile(self, start: Array, at: int, value: float) -> tuple[float, Array]:
        rest = [each for each in range(len(start)) if each != at]

        def whole(some: Array) -> Array:
            made = start.copy()
            made[at] = value
            made[rest] = some
            return made

        if not rest:
            return self.deviance(whole(np.array([]))), whole(np.array([]))
        least, some = self._least(lambda some: self.deviance(whole(some)), start[rest], rest)
        return least, whole(some)

    def simulation_error(self, best: Array, seed: int) -> Array:
        """Return how much the best would move if all were simulated again: a standard deviation for each parameter."""
        rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(1, 1)))
        found = []
        for _ in range(_SIMULATED_AGAIN):
            fitted = {}
            for name, coefficients in self._fitted.items():
                noise = rng.multivariate_normal(
                    np.zeros(len(self._noise[name])), self._noise[name] / self._replicates, len(self._means[name]),
                    check_valid="ignore",
                )  # fmt: skip
                fitted[name] = coefficients + self._solve @ noise
            found.append(self.best(best, fitted))
        spread: Array = np.std(found, axis=0)
        return spread

    def means(self, place: Array) -> dict[str, Array]:
        """Return what would be simulated at a place, on average."""
        terms = self._terms(place)
        return {name: (terms @ each)[0] for name, each in self._fitted.items()}


def terms_of(count: int) -> int:
    """Return how many terms a polynomial of the second order has."""
    return (count + 1) * (count + 2) // 2


def nearest_of(tried: Sequence[Tried], count: int) -> list[Tried]:
    """Return those that are nearest to the data, in their order."""
    kept = sorted(range(len(tried)), key=lambda each: tried[each].loss)[: max(count, 1)]
    return [tried[each] for each in sorted(kept)]


@dataclass(frozen=True, slots=True)
class Region:
    """Where to look: an ellipsoid around the best.

    Attributes:
        centre: Its centre.
        axes: A ball of radius 1 becomes it.
    """

    centre: Array
    axes: Array

    def holds(self, place: Array, slack: float = 1.3) -> bool:
        """Say whether a place is in it, or near."""
        return bool(np.linalg.norm(np.linalg.solve(self.axes, place - self.centre)) <= slack)

    def nearness(self, place: Array) -> float:
        """Return a weight: 1 in the centre, less outside."""
        away = _REACH * np.linalg.norm(np.linalg.solve(self.axes, place - self.centre))
        return float(np.exp(-(away**2) / 2))

    def points(self, count: int, seed: int) -> Array:
        """Return places in it, evenly, and all of them in the ranges."""
        size = len(self.centre)
        rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(2, 2)))
        drawn: list[Any] = []
        sampler = qmc.Sobol(size, rng=rng)
        while len(drawn) < count:
            cube = 2 * sampler.random(64) - 1
            ball = cube[np.linalg.norm(cube, axis=1) <= 1]
            drawn += list(np.clip(self.centre + ball @ self.axes.T, 0, 1))
        return np.array(drawn[:count])


def region_of(targets: Sequence[Target], tried: Sequence[Tried]) -> Region:
    """Return where it is worth to look more closely."""
    size = len(tried[0].place)
    near = nearest_of(tried, max(3 * terms_of(size), len(tried) // 4))
    region = _around(Surface(targets, near), min(near, key=lambda each: each.loss).place)
    inside = [each for each in tried if region.holds(each.place)]
    return region if len(inside) < 3 * terms_of(size) else _around(Surface(targets, inside, region), region.centre)


def _around(surface: Surface, start: Array) -> Region:
    best = surface.best(start)
    values, vectors = np.linalg.eigh(surface.curvature(best))
    widths = np.array([_REACH / math.sqrt(each) if each > 0 else _WIDEST for each in values])
    axes = vectors @ np.diag(np.clip(widths, _NARROWEST, _WIDEST))
    return Region(best, axes)


def _pooled(runs: Sequence[Array], weights: Array) -> Array:
    """Return the covariance between replicates of several proposals, by their weights."""
    heavy = zip(runs, np.sqrt(weights), strict=True)
    gaps = np.concatenate([(each - each.mean(axis=0)) * weight for each, weight in heavy])
    freedom = float(sum((len(each) - 1) * weight for each, weight in zip(runs, weights, strict=True)))
    if freedom <= 0:
        return np.zeros((gaps.shape[1], gaps.shape[1]))
    covariance: Array = gaps.T @ gaps / freedom
    return covariance
