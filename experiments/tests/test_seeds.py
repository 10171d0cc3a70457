"""Streams of random numbers: of a task's own, whoever else there is."""

from __future__ import annotations

import subprocess
import sys

from anops_experiments.seeds import r_stream, task_seed


def test_each_replicate_and_parameter_set_has_numbers_of_its_own() -> None:
    seeds = {task_seed(1, {"a": a}, replicate) for a in range(50) for replicate in range(1, 51)}
    assert len(seeds) == 2500


def test_a_seed_stays_what_it_is() -> None:
    expected = 12623574245837459975
    assert task_seed(1, {"beta": 0.5, "n": 100}, 1) == expected
    assert task_seed(1, {"n": 100.0, "beta": 0.5}, 1) == expected
    words = (1835504127, 1731038949, 1320224556, -1964925791, 321059914, 1226144109)
    assert r_stream(1) == (words, 731924926)


def test_common_numbers_are_the_same_for_all_parameter_sets() -> None:
    first, other = (task_seed(1, {"a": a}, 3, "common") for a in (1, 2))
    assert first == other != task_seed(1, {"a": 1}, 4, "common")


def test_contracts_need_no_engine() -> None:
    said = "import sys, anops_experiments.contracts, anops_experiments.tasks; print('distributed' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "False"
