"""What a task is: the same parameters have the same identity, and what can't be a parameter is refused."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
from anops_experiments.failures import ExperimentError
from anops_experiments.tasks import SimulationTask


def task(*, seed: int = 1, fn_ref: str = "m:f", exact: bool = False, **params: Any) -> SimulationTask:
    return SimulationTask(fn_ref, params, seed, exact_types=exact)


def test_the_order_of_parameters_means_nothing() -> None:
    assert task(a=1, b=2).id == task(b=2, a=1).id


def test_a_whole_number_is_one_parameter_however_it_is_written() -> None:
    assert task(a=1).id == task(a=1.0).id == task(a=np.float64(1)).id
    assert task(a=0.0).id == task(a=-0.0).id
    assert task(a=1, exact=True).id != task(a=1.0, exact=True).id


def test_what_differs_has_another_identity() -> None:
    several = [task(a=1), task(a="1"), task(a=True), task(a=1.5), task(b=1), task(a=1, seed=2), task(a=1, fn_ref="m:g")]
    assert len({each.id for each in several}) == len(several)


def test_an_identity_stays_what_it_is() -> None:
    assert task(beta=0.5, n=100, seed=2**64 - 1).id.startswith("8f8cd12e91b1b42d")


def test_a_task_travels() -> None:
    sent = SimulationTask("m.R:f", {"a": 1, "b": "x"}, 3, "sha256:1", ("y", "x"), number=4)
    assert copy.copy(sent) == sent
    with pytest.raises(TypeError):
        sent.params["a"] = 2  # type: ignore[index]


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"beta": float("nan")}, "`beta` must be a finite number, not nan"),
        ({"beta": float("inf")}, "`beta` must be a finite number, not inf"),
        ({"beta": [1, 2]}, "`beta` must be a number, a text, or true or false, not list"),
        ({"beta": None}, "`beta` must be .* not NoneType"),
    ],
)
def test_what_is_no_parameter_is_refused(params: dict[str, Any], said: str) -> None:
    with pytest.raises(ExperimentError, match=said):
        task(**params)


@pytest.mark.parametrize("written", ["simulate", "m:", ":f", "a:b:c", "m:1x"])
def test_what_names_no_function_is_refused(written: str) -> None:
    with pytest.raises(ExperimentError, match="module:function"):
        task(fn_ref=written)


@pytest.mark.parametrize("seed", [-1, 2**64, True, 1.0])
def test_a_seed_is_a_whole_number_of_64_bits(seed: Any) -> None:
    with pytest.raises(ExperimentError, match="seed must be a whole number"):
        task(seed=seed)
