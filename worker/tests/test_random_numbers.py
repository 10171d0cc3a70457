from __future__ import annotations

import random

import numpy as np
from anops_worker.random_numbers import reseed


def test_seeds_set_before_are_forgotten() -> None:
    drawn = []
    for _ in range(2):
        random.seed(1)
        np.random.seed(1)  # noqa: NPY002  what models do
        reseed([])
        drawn.append((random.random(), np.random.random()))  # noqa: NPY002, S311
    assert drawn[0][0] != drawn[1][0]
    assert drawn[0][1] != drawn[1][1]


def test_generators_without_a_seed_begin_anew_and_those_with_one_go_on() -> None:
    kept, begun = np.random.default_rng(3), np.random.default_rng()
    old, seeded = np.random.RandomState(), np.random.RandomState(3)
    before = begun.bit_generator.state, old.get_state()[1].tolist()  # type: ignore[index, union-attr]
    reseed([{"kept": kept, "begun": begun, "old": old, "seeded": seeded, "other": 1}])
    assert begun.bit_generator.state != before[0]
    assert old.get_state()[1].tolist() != before[1]  # type: ignore[index, union-attr]
    assert kept.random() == np.random.default_rng(3).random()
    assert seeded.random() == np.random.RandomState(3).random()
