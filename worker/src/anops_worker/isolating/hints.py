"""Says of a model's failure that it may come of what its code is kept from."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from typing import TYPE_CHECKING

from anops_worker.isolating.isolation import Files, Network

if TYPE_CHECKING:
    from anops_model_interface.errors import Problem

    from anops_worker.isolating.isolation import Isolation

_UNREACHABLE = (
    os.strerror(errno.ENETUNREACH),
    os.strerror(errno.ECONNREFUSED),  # the loopback addresses are the workers' own too
    "name resolution",
    "resolve host",
)
_REFUSED = (os.strerror(errno.EACCES),)
_R_OPENS = ("cannot open the connection", "cannot open file", "cannot open URL")
"""R gives the reason in a warning, which may stand elsewhere in the output."""


def with_hint(problem: Problem, isolation: Isolation) -> Problem:
    """Add to a problem of a model's code how ao.toml allows what that may have lacked."""
    network, files = isolation.network in {Network.NAMESPACE, Network.FILTER}, isolation.files is Files.SCRATCH
    either = _has(problem, _R_OPENS)
    allowed = [
        sentence
        for sentence, lacks in (
            ("`network = true` lets it use the network", network and (either or _has(problem, _UNREACHABLE))),
            ('`writable = ["FOLDER"]` lets it write there', files and (either or _has(problem, _REFUSED))),
        )
        if lacks
    ]
    if not allowed or problem.remedy is not None:
        return problem
    return replace(problem, remedy=f"If the model's code needs it: {', '.join(allowed)}; under [service] in ao.toml.")


def _has(problem: Problem, words: tuple[str, ...]) -> bool:
    return any(word in problem.message for word in words)
