"""Random numbers of a worker's own: processes that were forked from one would all draw the same."""

from __future__ import annotations

import random
import sys
from typing import TYPE_CHECKING, Any

from anops_worker.libraries.finding import loaded

if TYPE_CHECKING:
    from collections.abc import Iterable

_FROM_THE_SYSTEM = 1 << 64
"""A seed above this is one that numpy asked the system for; people choose smaller ones."""


def reseed(namespaces: Iterable[dict[str, Any]]) -> None:
    """Begin the sequences of random numbers of Python, numpy and the libraries that are loaded anew.

    Args:
        namespaces: The names of modules; numpy generators among them that were made without a seed get a new one.
    """
    random.seed()
    numpy: Any = sys.modules.get("numpy.random")
    if numpy is not None:
        numpy.seed()
        for names in namespaces:
            for value in list(names.values()):
                if isinstance(value, numpy.Generator | numpy.RandomState) and not _is_seeded(value):
                    generator = _bits_of(value)
                    generator.state = type(generator)().state
    for library in loaded():
        library.reseed()


def _bits_of(generator: Any) -> Any:  # noqa: ANN401  numpy is not imported here
    return getattr(generator, "bit_generator", None) or generator._bit_generator  # noqa: SLF001  it has no other name


def _is_seeded(generator: Any) -> bool:  # noqa: ANN401
    seeds = getattr(_bits_of(generator), "seed_seq", None)
    entropy = getattr(seeds, "entropy", None)
    return not (isinstance(entropy, int) and entropy >= _FROM_THE_SYSTEM)
