"""Streams of random numbers: one for each task by construction, whoever runs it, when, and with how many others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from anops_experiments.tasks import canonical, digest_of_params

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_experiments.tasks import Scalar

# the moduli of MRG32k3a: L'Ecuyer (1999), Operations Research 47(1), as R's RNG.c has them
_M1, _M2 = 4294967087, 4294944443

Sharing = Literal["own", "common"]
"""Whether each parameter set has numbers of its own, or all have the same ones in each replicate."""


def task_seed(
    seed: int, params: Mapping[str, Scalar], replicate: int, sharing: Sharing = "own", *, exact: bool = False
) -> int:
    """Return the seed of a replicate of a parameter set; replicates that are added change none that are there.

    Args:
        seed: The experiment's.
        params: The parameter set.
        replicate: Which replicate, from 1.
        exact: Whether 1 and 1.0 are two parameters.
        sharing: `common` gives all parameter sets the same numbers, which makes their differences sharper.
    """
    digest = bytes.fromhex(digest_of_params(canonical(params, exact=exact)))
    words = tuple(int.from_bytes(digest[at : at + 4]) for at in range(0, 16, 4)) if sharing == "own" else (0, 0, 0, 0)
    sequence = np.random.SeedSequence(entropy=seed, spawn_key=(*words, replicate))
    return int(sequence.generate_state(1, np.uint64)[0])


def r_stream(seed: int) -> tuple[tuple[int, ...], int]:
    """Return what R needs for a task's seed: six numbers of L'Ecuyer-CMRG, and a seed for `set.seed()`.

    The six are signed, as `.Random.seed` has them.
    """
    state: list[int] = np.random.SeedSequence(seed).generate_state(7, np.uint32).tolist()
    first, second = [word % _M1 for word in state[:3]], [word % _M2 for word in state[3:6]]
    first[0], second[0] = first[0] or 1, second[0] or 1
    signed = tuple(word - 2**32 if word >= 2**31 else word for word in (*first, *second))
    return signed, state[6] % (2**31 - 1)
