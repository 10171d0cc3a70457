"""Where a server leaves why it waits no longer for a body, and what it then says."""

from __future__ import annotations

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError

STALLED = "anops.stalled"
"""Where the server leaves in a request's scope why it waits no longer for its body."""


def stalled(seconds: float, service: str) -> AnOpsError:
    """Say that nothing more of a body came."""
    return AnOpsError(
        Code.BODY_STALLED,
        f"Can't read the body: nothing more of it came for {seconds:g} seconds.",
        remedy=f"Send it without such pauses, or start the {service} with a larger body_seconds.",
    )


def too_slow(bytes_per_second: float, service: str) -> AnOpsError:
    """Say that a body came so slowly that it is waited for no longer."""
    return AnOpsError(
        Code.BODY_STALLED,
        f"Can't read the body: it comes too slowly, at less than {bytes_per_second:g} bytes a second.",
        remedy=f"Send it once it is whole, or start the {service} with a smaller min_bytes_per_second.",
    )
