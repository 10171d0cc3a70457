"""Writes the generated parts of `docs/reference`; with `--check`, only says whether they are current."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from reference import ao_toml, codes, commands, control_service, families, metrics, settings
from reference.markdown import fill

FOLDER = Path(__file__).parents[1] / "docs" / "reference"
PARTS = {
    "ao-toml": ao_toml.sections,
    "api-service-settings": settings.api_service,
    "column": ao_toml.column,
    "control-service": control_service.endpoints,
    "commands": commands.commands,
    "error-codes": codes.error_codes,
    "exit-codes": codes.exit_codes,
    "command-codes": codes.command_codes,
    "metrics": metrics.metrics,
    "model-families-python": families.of_python,
    "model-families-r": families.of_r,
    "model-service-settings": settings.model_service,
    "option": ao_toml.option,
    "statuses": codes.statuses,
}


def main() -> int:
    """Write or check the pages.

    Returns:
        0, or 1 where `--check` found a page that is not current.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 where a page is not current")
    check = parser.parse_args().check
    stale = 0
    for path in sorted(FOLDER.glob("*.md")):
        page = path.read_text(encoding="utf-8")
        current = fill(page, PARTS)
        if current == page:
            continue
        stale += 1
        if check:
            print(f"{path.relative_to(FOLDER.parents[1])} is not current: run python scripts/generate_reference.py")
        else:
            path.write_text(current, encoding="utf-8")
            print(f"Wrote {path.relative_to(FOLDER.parents[1])}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
