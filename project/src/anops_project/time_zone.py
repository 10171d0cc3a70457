"""Finds the computer's time zone without asking systemd, which R does aloud where TZ is not set."""

from __future__ import annotations

from pathlib import Path

_ZONES = "zoneinfo/"


def local_time_zone(etc: Path = Path("/etc")) -> str:
    """Return what to put into TZ: the zone's name, UTC where there is none, or the file where it has no name.

    Args:
        etc: The folder with the system's settings.
    """
    file = etc / "localtime"
    if not file.exists():
        return "UTC"
    _, found, name = str(file.resolve()).rpartition(_ZONES)
    if found:
        return name.removeprefix("posix/")
    try:
        named = (etc / "timezone").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        named = ""
    return named or f":{file}"
