"""R's own plumber."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_benchmarks.dialects import RECORDS
from anops_benchmarks.peers.peer import SERVERS, Peer, R
from anops_benchmarks.processes import Command

if TYPE_CHECKING:
    from anops_benchmarks.peers.peer import Workspace


def _commands(place: Workspace) -> list[Command]:
    return [Command(["Rscript", "--vanilla", "plumber.R", str(place.model), str(place.port)], SERVERS)]


PLUMBER = Peer(
    name="plumber",
    title="plumber",
    settings="one R process, which is all it has; a new connection for each request where one client asks",
    environment="",
    workloads=R,
    dialect=RECORDS,
    commands=_commands,
    # its sockets wait 44 ms for the end of each answer on a connection that one client uses again
    keep_alive_from=2,
    r_package="r-cran-plumber",
)
