"""The process of one job: reads what is wanted, tells what happens as lines of JSON, and ends."""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_control.errors import CommandError, ConfigurationError
from anops_control.events import CancelledError, Events
from anops_control.failing import event_of
from anops_control.file_failures import file_failure
from anops_control.surroundings import Surroundings, surrounded
from anops_control.traces import REPORT_IT, keep_trace
from anops_control.verb_process import interrupt, own_stdout
from anops_control.verbs.registry import verb
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError

from anops_control_service.environments.of_project import how_to_get_packages, variables_for
from anops_control_service.problems import problem

if TYPE_CHECKING:
    from anops_control.events import Event


def main() -> int:
    """Run the job that the file named by the first argument asks for."""
    write = own_stdout()

    def take(event: Event) -> None:
        write("event", event.to_dict())

    asked = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    events = Events(take)
    signal.signal(signal.SIGTERM, lambda *_: interrupt(events))
    known = verb(asked["verb"])
    try:
        home = Path(asked["environments"])
        os.environ |= variables_for(asked["verb"], asked["request"], home, events)
        with surrounded(Surroundings.of(os.environ)):
            write("result", known.run(known.read(asked["request"]), events).to_dict())
    except (CancelledError, KeyboardInterrupt):
        write("cancelled", asked["verb"])
    except (CommandError, ConfigurationError, AnOpsError) as error:
        failed = _told(error)
        if (hint := how_to_get_packages(asked["verb"], asked["request"], failed["code"])) is not None:
            failed["details"] = [*failed.get("details", ()), hint]
        write("problem", failed)
    except Exception as error:  # noqa: BLE001  the last place that can say what happened
        failure = file_failure(error) if isinstance(error, OSError) else None
        if failure is not None:
            write("problem", _told(failure))
            return 0
        kept = keep_trace("".join(traceback.format_exception(error)))
        details = [f"{type(error).__name__}: {error}", f"The details are in {kept}."]
        write("problem", problem("AnOps failed; the fault is ours, not yours.", code=Code.INTERNAL, details=details,
                                 remedy=REPORT_IT))  # fmt: skip
    return 0


def _told(error: CommandError | ConfigurationError | AnOpsError) -> dict[str, Any]:
    event = event_of(error)
    told = problem(event.text, code=Code[event.code or Code.INTERNAL], remedy=event.remedy, details=event.details)
    if event.findings:
        told["findings"] = [finding.to_dict() for finding in event.findings]
    if isinstance(error, AnOpsError):
        told["errors"] = [
            {key: value for key in ("column", "row", "expected", "received", "message")
             if (value := getattr(fault, key)) is not None}
            for fault in error.problem.faults
        ]  # fmt: skip
    return told


if __name__ == "__main__":
    sys.exit(main())
