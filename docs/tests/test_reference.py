"""The reference names everything there is, and the pages name nothing that there is not."""

from __future__ import annotations

import re
import subprocess
import sys
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from anops_api_service.settings import Settings as ApiSettings
from anops_control.building.credentials import VARIABLES as CREDENTIALS
from anops_control.configuration.settings import ENVIRONMENT
from anops_control.rules.registry import NAMES as RULES
from anops_control.surroundings import MONITORING, SIGNING
from anops_model_interface.codes import COMMAND_CODES, SERVICE_CODES, Code
from anops_model_interface.exit_codes import ExitCode
from anops_model_interface.open_inference import metadata
from anops_model_interface.schema import ColumnSpec, OptionSpec
from anops_model_interface.tables import descriptions
from anops_model_service.settings import Settings as ModelSettings
from anops_project.sections.check import CheckSection
from anops_project.sections.data import DataSection
from anops_project.sections.image import ImageSection
from anops_project.sections.model import ModelSection
from anops_project.sections.project import ProjectSection
from anops_project.sections.service import ServiceSection
from anops_project.sections.tasks import TaskSection
from ao.entries import ENTRIES, every_command
from ao.lazy_commands import function_of
from typer import Typer
from typer.main import get_command

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs").rglob("*.md"))
SECTIONS = [
    ProjectSection, ModelSection, ServiceSection, ImageSection, CheckSection, TaskSection, DataSection,
    ColumnSpec, OptionSpec,
]  # fmt: skip
_IN_CODE = re.compile(r"`([^`\n]+)`")
_FOLDERS = tuple(
    f"{path.name}/" for path in ROOT.iterdir() if path.is_dir() and (path.name == ".ci" or path.name[0] != ".")
)


def reference(name: str) -> str:
    return (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8")


def rows(page: str) -> dict[str, list[str]]:
    """Return the rows of all tables of a page, by what stands first in them."""
    cells = [line.strip("|").split(" | ") for line in reference(page).splitlines() if line.startswith("| `")]
    return {cell[0].strip().split("`")[1]: [text.strip() for text in cell[1:]] for cell in cells}


def test_the_generated_parts_are_current() -> None:
    program = [sys.executable, str(ROOT / "scripts" / "generate_reference.py"), "--check"]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("code", SERVICE_CODES)
def test_an_error_code_has_its_status_and_advice(code: Code) -> None:
    lines = [line for line in reference("error-codes.md").splitlines() if line.startswith(f"| `{code}` |")]
    assert len(lines) == 2, "one in the generated table, and one under What to do"
    assert f"| {code.info.http} | `{code.info.grpc}` |" in lines[0]
    assert re.search(rf"\| {code.info.http} \| [^|]*`{code}`", reference("rest.md"))


@pytest.mark.parametrize("section", SECTIONS)
def test_every_key_of_ao_toml_has_its_row(section: Any) -> None:
    documented = rows("ao-toml.md")
    for name, description in descriptions(section).items():
        assert name in documented
        assert description
        assert f"| {description} |" in reference("ao-toml.md"), f"{name} must have a description"


@pytest.mark.parametrize("settings", [ApiSettings, ModelSettings])
def test_every_setting_of_a_service_has_its_row(settings: Any) -> None:
    page = reference("settings.md")
    for name, info in settings.model_fields.items():
        assert re.search(rf"\| `ANOPS_{name.upper()}` \|.*\| {re.escape(info.description)} \|", page)


def test_every_variable_that_overrides_ao_toml_is_named() -> None:
    for variable in ENVIRONMENT:
        assert variable in reference("ao-toml.md")


@pytest.mark.parametrize("words", [words for words, _ in every_command()], ids=" ".join)
def test_a_command_has_its_section_with_every_flag(words: tuple[str, ...]) -> None:
    section = reference("cli.md").split(f"## `{' '.join(('ao', *words))}`")[1].split("\n## ")[0]
    single = Typer(add_completion=False)
    single.command(words[-1])(function_of(words)[0])
    for parameter in get_command(single).params:
        if parameter.param_type_name == "option":
            # those that can be turned off stand beside their opposite: `--weeks/--no-weeks`
            assert all(f"`{flag}`" in section or f"`{flag}/--no-" in section for flag in parameter.opts)
        assert str(getattr(parameter, "help", "")) in unescape(section)  # as a reader sees it


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_of_ao_check_has_its_page_with_the_reason(rule: str) -> None:
    page = reference(f"rules/{rule}.md")
    assert page.startswith(f"# {rule}\n")
    assert "\n## Why\n" in page
    assert "\n## What it finds\n" in page
    assert f"| [{rule}]({rule}.md) |" in reference("rules/index.md")


def test_there_is_no_page_of_a_rule_that_there_is_not() -> None:
    pages = {path.stem for path in (ROOT / "docs" / "reference" / "rules").glob("*.md")}
    assert pages == {"index", *RULES}


def test_every_exit_code_has_its_row() -> None:
    assert {str(code.value) for code in ExitCode} <= set(rows("exit-codes.md"))


def test_every_failure_of_a_command_is_listed_with_its_exit_code() -> None:
    listed = rows("exit-codes.md")
    for code in COMMAND_CODES:
        assert listed[code][0] == f"`{code.info.exit.value}`"


def test_every_property_of_the_metadata_is_named() -> None:
    keys = [
        value for value in vars(metadata).values() if isinstance(value, str) and re.match(r"anops\.[a-z_]+$", value)
    ]
    assert keys
    assert all(f"`{key}`" in reference("model-interface.md") for key in keys)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_names_no_file_that_is_not_there(page: Path) -> None:
    named = [text for text in _IN_CODE.findall(page.read_text(encoding="utf-8")) if text.startswith(_FOLDERS)]
    of_projects = {"tests/reference.json", "tests/example.csv"}
    gone = [path for path in named if path not in of_projects and not (ROOT / path).exists()]
    assert not gone


@pytest.mark.parametrize("page", sorted(ROOT.glob("*.md")), ids=lambda page: page.stem)
def test_a_page_at_the_root_links_to_nothing_that_is_not_there(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))
    assert not [target for target in targets if not (ROOT / target).exists()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_names_no_command_that_there_is_not(page: Path) -> None:
    typed = re.findall(r"(?:`|^)ao ([a-z]+)", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(typed) <= {entry.name for entry in ENTRIES}


def flags_of(words: tuple[str, ...]) -> set[str]:
    single = Typer(add_completion=False)
    single.command(words[-1])(function_of(words)[0])
    return {"--help", *(flag for each in get_command(single).params for flag in (*each.opts, *each.secondary_opts))}


def test_a_page_names_no_flag_that_there_is_not() -> None:
    known = {words: flags_of(words) for words, _ in every_command()}
    gone = set()
    for page in [ROOT / "README.md", *PAGES]:
        for told in re.findall(r"`(ao [^`]+)`|^(ao .+)$", page.read_text(encoding="utf-8"), re.MULTILINE):
            # what a pipe or another command has behind it is another program's
            _, *words = re.split(r" [#|&;]|`", " ".join("".join(told).split()))[0].split()
            command = next((tuple(words[:n]) for n in (3, 2, 1) if tuple(words[:n]) in known), None)
            flags = {re.split(r"[=.,;)]", word)[0] for word in words if word.startswith("--")} if command else set()
            gone |= {
                f"{page.name}: ao {' '.join(command or ())} {flag}" for flag in flags - known.get(command or (), set())
            }
    assert gone == set()


OF_PIP = {"PIP_FIND_LINKS", "PIP_INDEX_URL"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_names_no_code_or_setting_that_there_is_not(page: Path) -> None:
    named = set(re.findall(r"`([A-Z]+(?:_[A-Z]+)+)`", page.read_text(encoding="utf-8")))
    settings = {f"ANOPS_{name.upper()}" for kind in (ApiSettings, ModelSettings) for name in kind.model_fields}
    statuses = {code.info.grpc for code in Code}
    of_the_clients = {"NOT_ANOPS", "ANOPS_KEY", "ANOPS_CA_FILE", "ANOPS_HOME", "ANOPS_URL", "CLIENT_LEFT"}
    of_programs = {"ANOPS_DATABASE", "DOCKER_HOST", "OMP_NUM_THREADS", "R_LIBS", "VIRTUAL_ENV", "MLFLOW_TRACKING_URI"}
    of_jobs = {"ANOPS_PUSH_TOKEN"}  # in what `ao ci init --gitlab` writes
    of_proxies = {"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"}
    known = {*map(str, Code), *settings, *ENVIRONMENT, *CREDENTIALS, *statuses}
    known |= of_the_clients | of_programs | of_proxies | of_jobs
    assert named <= known | {*SIGNING, *MONITORING, *OF_PIP}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_is_reached_from_the_navigation(page: Path) -> None:
    assert str(page.relative_to(ROOT / "docs")) in (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
