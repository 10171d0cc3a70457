"""Each command of the README, the guides and the tutorials is run by a test, or the page says why none runs it."""

from __future__ import annotations

from pathlib import Path

import pytest
from told_commands import Told, telling_words, told_commands

ROOT = Path(__file__).parents[2]
PAGES = [
    ROOT / "README.md",
    *sorted((ROOT / "docs/how-to").glob("*.md")),
    *sorted((ROOT / "docs/tutorials").glob("*.md")),
]

NO_TEST_RUNS_IT = {
    "another computer",
    "it asks an identity provider of one's own",
    "it is about the reader's own certificates",
    "it needs a Python that has Feast",
    "it needs a system as new as Debian 13",
    "it needs the network; the release's own test installs from such a folder",
    "it would go into the environment of these tests",
    "the session `images` of nox builds them",
    "the session `wheels` of nox installs so",
    "the tests do not bring MLflow's command",
    "this is what runs the tests",
}
"""Why a block is run by no test of its own."""


def blocks(page: Path) -> list[Told]:
    return list(told_commands(page))


def unseen(told: Told) -> list[str]:
    """Return the verbs and flags of a block that the test it names does not have, nor as arguments of the verb."""
    place = ROOT / told.path
    assert place.exists(), f"there is no {told.path}"
    files = [place] if place.is_file() else sorted(each for each in place.rglob("*") if each.suffix in (".py", ".md"))
    written = "".join(each.read_text(encoding="utf-8") for each in files)
    named = {word: word.lstrip("-").replace("-", "_") for each in told.commands for word in telling_words(each)}
    return [
        word for word, name in named.items() if not any(form in written for form in (word, f"{name}=", f'"{name}"'))
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_command_is_run_or_says_why_not(page: Path) -> None:
    for told in blocks(page):
        where = f"{page.relative_to(ROOT)}:{told.line}"
        assert told.language == "bash", f"{where}: call it `bash`, so that it is typed"
        if not told.skipped:
            continue
        if told.path:
            assert unseen(told) == [], f"{where}: {told.path} runs something else"
        else:
            assert told.skipped in NO_TEST_RUNS_IT, f"{where}: name the test that runs it, or add why none does"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_that_can_be_typed_is_typed(page: Path) -> None:
    others = [test for test in Path(__file__).parent.glob("test_*.py") if test.name != Path(__file__).name]
    if any(not told.skipped for told in blocks(page)):
        typed = any(f'{page.name}"' in test.read_text(encoding="utf-8") for test in others)
        assert typed, f"no test types {page.relative_to(ROOT)}"


def test_no_reason_is_left_over() -> None:
    given = {told.skipped for page in PAGES for told in blocks(page)}
    assert given >= NO_TEST_RUNS_IT


def test_a_command_in_any_block_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    text = "```sh\nao check --place \\\n  shed  # there\n```\n\n```text\npip install x\n```\n\n```text\nao 0.1\n```\n"
    page.write_text(
        text + "<!-- skip: cli/tests types it -->\n```bash\ncurl -d '{\"a\":\n 1}' x\n```\n", encoding="utf-8"
    )
    asked, installs, sent = told_commands(page)
    assert (asked.language, asked.commands) == ("sh", (("ao", "check", "--place", "shed"),))
    assert (installs.language, installs.skipped) == ("text", "")
    assert (sent.path, sent.commands) == ("cli/tests", (("curl", "-d", '{"a":\n 1}', "x"),))
    assert telling_words(asked.commands[0]) == ["check", "--place"]
