from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from anops_control.configuration.syntax import parse
from anops_control.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

    from anops_control.findings import Finding


def finding_in(content: str | bytes, folder: Path) -> Finding:
    path = folder / "ao.toml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(ConfigurationError) as caught:
        parse(path)
    (finding,) = caught.value.findings
    return finding


@pytest.mark.parametrize(
    ("line", "message", "remedy"),
    [
        ("a = TRUE  # as in R", "`TRUE` must be written `true`.", "Write `a = true`."),
        ("a = no", "`no` must be written `false`.", "Write `a = false`."),
        ("a = 1,5", "`1,5` is not how a number is written here.", "Write `a = 1.5`."),
        ("a = .5", "`.5` is not how a number is written here.", "Write `a = 0.5`."),
        ("a = -007", "`-007` is not how a number is written here.", "Write `a = -7`."),
        ("a = 1.", "`1.` is not how a number is written here.", "Write `a = 1.0`."),
        ('a = c("x", "y")', "A list must be in square brackets.", 'Write `a = ["x", "y"]`.'),
        ("a = “x”", "Text must be in plain quotes.", 'Write `a = "x"`.'),
        ("run = Rscript train.R", "Text must be in quotes.", 'Write `run = "Rscript train.R"`.'),
        ("version = 1.10.0", "Text must be in quotes.", 'Write `version = "1.10.0"`.'),
        ("a = C:\\x", "Text must be in quotes.", "Write `a = 'C:\\x'`."),
        ("a = { type = number }", "Text must be in quotes.", 'Write `"number"` instead of `number`.'),
        ("a = ", "`a` has no value.", "Write one after the `=`, or take the line out."),
        ("a <- 3", "A key and its value must have `=` between them, not `<-`.", "Write `a = 3`."),
        ("a: 3", "A key and its value must have `=` between them, not `:`.", "Write `a = 3`."),
        ('Sepal Length = "number"', "The name `Sepal Length` must be in quotes.", 'Write `"Sepal Length" = "number"`.'),
        ('größe = "number"', "The name `größe` must be in quotes.", 'Write `"größe" = "number"`.'),
        ("[model inputs]", "The name of a section can't have a space.", "Write `[model.inputs]`."),
        ('a = "x', "The text has no closing quote.", 'Add a `"` at its end.'),
    ],
)
def test_a_slip_gets_the_line_to_write(line: str, message: str, remedy: str, tmp_path: Path) -> None:
    finding = finding_in(f'[x]\nfirst = "1"\n{line}\n'.rstrip(), tmp_path)
    assert (finding.message, finding.remedy, finding.line) == (message, remedy, 3)


def test_a_key_that_is_written_twice_is_named_with_both_lines(tmp_path: Path) -> None:
    finding = finding_in("[service]\nport = 1\nworkers = 2\nport = 3\n", tmp_path)
    assert finding.message == "`service.port` is written twice; the first is in line 2."
    assert finding.place == "ao.toml:4:1"


def test_a_section_that_is_written_twice_is_named_with_both_lines(tmp_path: Path) -> None:
    finding = finding_in("[service]\nport = 1\n[model]\n[service]\n", tmp_path)
    assert finding.message == "`service` is written twice; the first is in line 1."
    assert finding.place == "ao.toml:4:2"


def test_a_dotted_column_below_another_column_gets_its_quotes(tmp_path: Path) -> None:
    finding = finding_in('[model.inputs]\nSepal = "number"\nSepal.Length = "number"\n', tmp_path)
    assert finding.remedy == 'If the name has a dot, put it in quotes: `"Sepal.Length" = …`.'
    assert finding.line == 3


def test_a_file_that_is_not_utf8_is_named_with_its_line(tmp_path: Path) -> None:
    finding = finding_in(b'[project]\nname = "caf\xe9"\n', tmp_path)
    assert (finding.message, finding.line) == ("The file must be text in UTF-8.", 2)


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    path = tmp_path / "ao.toml"
    path.write_bytes(b'\xef\xbb\xbf[project]\r\nname = "cars"\r\n')
    assert parse(path)[1] == {"project": {"name": "cars"}}


def test_no_word_of_the_parser_is_left_over(tmp_path: Path) -> None:
    for text in ("x", "[", "a = [", "a = {", "a = ''' ", "= 1", "a = 1 b = 2", "\x00", 'a = "\\q"', "a = 1e"):
        finding = finding_in(text, tmp_path)
        assert "nvalid" not in finding.message
        assert "llegal" not in finding.message
