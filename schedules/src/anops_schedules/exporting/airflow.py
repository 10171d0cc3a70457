"""Schedules as DAGs of Airflow 3."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from anops_schedules.exporting.plan import Exported

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_schedules.exporting.plan import Planned

_DAG = '''\
"""{about}: made from [schedules] of ao.toml; edit that, not this."""

import datetime

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, CronTriggerTimetable

with DAG(
    dag_id={dag_id!r},
    description={description!r},
    schedule=CronTriggerTimetable({at!r}, timezone={zone!r}),
    start_date=datetime.datetime({year}, {month}, {day}, tzinfo=datetime.timezone.utc),
    catchup=False,
    max_active_runs={active},
    tags=["anops"],
):
    BashOperator(
        task_id="run",
        bash_command={command!r},
        cwd={folder!r},
        append_env=True,{limit}
    )
'''


def dags(planned: Sequence[Planned]) -> Exported:
    """Return a DAG for each schedule.

    Raises:
        CommandError: Airflow can't say such times.
    """
    files = {}
    for each in planned:
        name = re.sub(r"\W+", "_", f"{each.project}_{each.name}")
        limit = each.section.max_seconds
        text = _DAG.format(
            about=re.sub(r'["\\]', "'", " ".join(each.about.split())),
            dag_id=name,
            description=each.about,
            at=each.times.plain(),
            zone=each.times.zone.key,
            year=2026, month=1, day=1,
            active=16 if each.section.overlap == "together" else 1,
            # a space at the end: what ends with .sh would be taken for a file of Jinja
            command=_as_it_is(shlex.join(each.command)) + " ",
            folder=_as_it_is(str(each.folder)),
            limit=f"\n        execution_timeout=datetime.timedelta(seconds={limit:g})," if limit else "",
        )  # fmt: skip
        files[f"{name}.py"] = text
    notes = ["Airflow needs `ao` on the computer that runs the task, and apache-airflow-providers-standard."]
    if any(each.section.overlap == "skip" for each in planned):
        notes.append("Airflow does not skip a run while the previous one is still running: it runs afterwards.")
    if any(each.section.missed == "once" for each in planned):
        notes.append("Of missed times, Airflow makes up for the last one only.")
    return Exported(files, tuple(notes))


def _as_it_is(text: str) -> str:
    """Return what Jinja makes this text of."""
    return text.replace("{", "{{ '{' }}")
