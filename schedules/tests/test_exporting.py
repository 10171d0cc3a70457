"""What is written for other programs, as those programs read it."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import kubernetes_validate
import pytest
import yaml
from anops_control.errors import CommandError
from anops_project.sections.schedules import ScheduleSection
from anops_schedules.adapter import SCHEDULES
from anops_schedules.exporting.systemd import calendars_of
from anops_schedules.times import Times

START = datetime(2026, 11, 30, tzinfo=UTC)
AT = ("30 2 * * 1-5", "*/20 2,14 1,15 * *", "0 0 13 * 5", "0 0 */2 * 1", "15 6 29 2 *", "0 9 * JAN-MAR 7")


def exported(form: str, **keys: object) -> tuple[dict[str, str], tuple[str, ...]]:
    section = ScheduleSection(**{"at": "30 2 * * 7", "time_zone": "Europe/Brussels", "task": "train", **keys})  # type: ignore[arg-type]
    return SCHEDULES.export(
        form, {"nightly": section}, project="cars", folder=Path("/srv/50% cars"), image="registry.example.com/cars:1",
        command="/opt/ao",
    )  # fmt: skip


def test_cron_is_told_the_zone_and_no_percent_sign_as_it_is() -> None:
    files, notes = exported("cron")
    assert files["crontab"].splitlines()[1:3] == [
        "CRON_TZ=Europe/Brussels",
        r"30 2 * * 7 cd '/srv/50\% cars' && /opt/ao schedule run nightly",
    ]
    assert any("does not know CRON_TZ" in note for note in notes)


def test_a_description_of_two_lines_is_no_line_of_the_crontab() -> None:
    files, _ = exported("cron", description="Each night\n* * * * * touch here")
    assert files["crontab"].splitlines()[0] == "# cars: Each night * * * * * touch here"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd reads what is written for it")
@pytest.mark.parametrize("at", AT)
def test_systemd_counts_the_same_times(at: str) -> None:
    times = Times(at, "Europe/Brussels")
    ours = [each.astimezone(UTC) for each in times.next(START, 6)]
    theirs: set[datetime] = set()
    for calendar in calendars_of(times):
        command = ["systemd-analyze", "calendar", "--iterations=6", f"--base-time={START:%Y-%m-%d %H:%M:%S} UTC"]
        told = subprocess.run([*command, calendar], check=True, capture_output=True, text=True, env={"TZ": "UTC"})
        found = re.findall(r"(?:elapse|\(in UTC\)|Iter\. #\d+): \w+ ([\d-]+ [\d:]+) UTC", told.stdout)
        theirs |= {datetime.strptime(each, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC) for each in found}
    assert sorted(theirs)[:6] == ours


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd reads what is written for it")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    section = ScheduleSection(at="0 3 * * *", task="train", description="Fit anew, 100 %")
    files, _ = SCHEDULES.export("systemd", {"nightly": section}, project="cars", folder=tmp_path, image=None,
                                command="/bin/true")  # fmt: skip
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    assert sorted(files) == ["cars-nightly.service", "cars-nightly.timer"]
    told = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / "cars-nightly.timer")],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert (told.returncode, "nightly" in told.stderr) == (0, False), told.stderr


def test_kubernetes_takes_the_cron_job_and_sunday_as_0() -> None:
    files, _ = exported("kubernetes", overlap="together", max_seconds=90.0)
    job = yaml.safe_load(files["cars-nightly.yaml"])
    kubernetes_validate.validate(job, "1.32", strict=True)
    assert job["spec"]["schedule"] == "30 2 * * 0"
    assert (job["spec"]["timeZone"], job["spec"]["concurrencyPolicy"]) == ("Europe/Brussels", "Allow")
    assert job["spec"]["jobTemplate"]["spec"]["activeDeadlineSeconds"] == 90


def test_times_that_kubernetes_would_count_otherwise_are_refused() -> None:
    with pytest.raises(CommandError, match=r"can't be written for this scheduler"):
        exported("kubernetes", at="0 0 */2 * 1")


def test_the_dag_is_python_with_the_times_in_it() -> None:
    files, _ = exported("airflow", description='Fits "all" anew')
    (source,) = files.values()
    compile(source, "dag.py", "exec")
    assert "CronTriggerTimetable('30 2 * * 0', timezone='Europe/Brussels')" in source
