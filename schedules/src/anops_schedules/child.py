"""The process of one run: does a verb, tells what happens as lines of JSON, and ends."""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from typing import TYPE_CHECKING, Any

from anops_control.errors import CommandError, ConfigurationError
from anops_control.events import CancelledError, Event, EventKind, Events, telling
from anops_control.failing import event_of
from anops_control.file_failures import file_failure
from anops_control.surroundings import Surroundings, surrounded
from anops_control.verb_process import interrupt, own_stdout
from anops_control.verbs.registry import verb
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError

if TYPE_CHECKING:
    from collections.abc import Callable


def main() -> int:
    """Do what the first argument asks for, in JSON: `{"verb": …, "request": …}`."""
    write = own_stdout()

    asked = json.loads(sys.argv[1])
    events = Events(lambda event: write("event", event.to_dict()))
    signal.signal(signal.SIGTERM, lambda *_: interrupt(events))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's Ctrl-C is for whoever started this
    try:
        with surrounded(Surroundings.of(os.environ)), telling(events):
            known = verb(asked["verb"])
            write("result", known.run(known.read(asked["request"]), events).to_dict())
    except (CancelledError, KeyboardInterrupt):
        write("interrupted", asked["verb"])
    except Exception as error:  # noqa: BLE001  the last place that can say what happened
        _fail(error, write)
    return 0


def _fail(error: Exception, write: Callable[[str, Any], None]) -> None:
    failure = file_failure(error) if isinstance(error, OSError) else None
    if isinstance(error, CommandError | ConfigurationError | AnOpsError):
        event = event_of(error)
    elif failure is not None:
        event = event_of(failure)
    else:
        details = traceback.format_exception(error)
        text = f"AnOps failed; the fault is ours, not yours: {type(error).__name__}: {error}"
        event = Event(kind=EventKind.ERROR, text=text, details=details, code=Code.INTERNAL)
    write("problem", event.to_dict())


if __name__ == "__main__":
    sys.exit(main())
