from __future__ import annotations

from typing import TYPE_CHECKING

from anops_project.time_zone import local_time_zone

if TYPE_CHECKING:
    from pathlib import Path


def test_the_zone_is_what_the_system_links_to(tmp_path: Path) -> None:
    zone = tmp_path / "zoneinfo" / "Europe" / "Berlin"
    zone.parent.mkdir(parents=True)
    zone.touch()
    (tmp_path / "localtime").symlink_to(zone)
    assert local_time_zone(tmp_path) == "Europe/Berlin"


def test_a_copy_of_the_zone_is_named_beside_it(tmp_path: Path) -> None:
    (tmp_path / "localtime").touch()
    assert local_time_zone(tmp_path) == f":{tmp_path}/localtime"
    (tmp_path / "timezone").write_text("America/Lima\n")
    assert local_time_zone(tmp_path) == "America/Lima"


def test_a_system_without_a_zone_runs_in_utc(tmp_path: Path) -> None:
    assert local_time_zone(tmp_path) == "UTC"
