from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import typer
from anops_control.errors import CommandError, ConfigurationError
from anops_control.findings import Finding, Severity
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.exit_codes import ExitCode
from ao.failures import guard

if TYPE_CHECKING:
    from conftest import Ao


def ending_with(error: BaseException) -> int:
    def command() -> None:
        raise error

    return guard(command)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (KeyboardInterrupt(), ExitCode.INTERRUPTED),
        (typer.Abort(), ExitCode.INTERRUPTED),
        (CommandError("No port is free.", code=Code.PORT_UNUSABLE), ExitCode.SERVICE),
        (AnOpsError(Code.MODEL_LOAD, "It can't be loaded."), ExitCode.MODEL),
        (AnOpsError(Code.NOT_READY, "It is not ready."), ExitCode.SERVICE),
        (AnOpsError(Code.COLUMN_TYPE, "Column `hp` must be a number."), ExitCode.PROBLEM),
        (PermissionError(13, "denied", "ao.toml"), ExitCode.PROBLEM),
    ],
)
def test_every_way_to_end_has_its_exit_code(error: Exception, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert ending_with(error) == code
    assert "Traceback" not in capsys.readouterr().err


def test_ctrl_c_while_a_failure_is_told_ends_without_a_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: CommandError) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ao.messages.command_error", interrupted)
    assert ending_with(CommandError("No port is free.", code=Code.PORT_UNUSABLE)) == ExitCode.INTERRUPTED


def test_the_number_a_command_returns_is_its_exit_code() -> None:
    assert guard(lambda: ExitCode.PROBLEM) == 1
    assert guard(lambda: None) == 0


def test_faults_of_the_configuration_are_shown_with_their_places(capsys: pytest.CaptureFixture[str]) -> None:
    finding = Finding(
        rule="configuration", severity=Severity.ERROR, message="It is wrong.", remedy="Fix it.", file="ao.toml", line=3
    )
    assert ending_with(ConfigurationError([finding])) == ExitCode.PROJECT
    assert capsys.readouterr().err == "✖ ao.toml:3: It is wrong.\n→ Fix it.\n"


def test_a_fault_of_ours_is_owned_and_its_traceback_kept_in_a_file(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AO_DEBUG", raising=False)
    assert ending_with(ZeroDivisionError("division by zero")) == ExitCode.PROBLEM
    said = capsys.readouterr().err
    assert said.startswith("✖ AnOps failed; the fault is ours, not yours.\n• ZeroDivisionError: division by zero\n")
    assert "Traceback" not in said
    kept = Path(re.search(r"The details are in (\S+)\.\n", said)[1])
    assert "Traceback" in kept.read_text()
    kept.unlink()


def test_a_developer_sees_the_traceback_at_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AO_DEBUG", "1")
    ending_with(ZeroDivisionError("division by zero"))
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(28, "No space left on device", "fit.rds", None, "p/fit.rds"), "`p/fit.rds`: no space is left"),
        (OSError(28, "No space left on device"), "a file: no space is left"),
        (OSError(122, "Disk quota exceeded", "a.csv"), "`a.csv`: no space is left"),
        (OSError(30, "Read-only file system", "a.csv"), "`a.csv`: its disk is read-only"),
        (OSError(36, "File name too long", "a.csv"), "`a.csv`: its name is too long"),
    ],
)
def test_what_the_computer_refuses_is_no_fault_of_ours(
    error: OSError, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ending_with(error)
    told = capsys.readouterr().err
    assert said in told
    assert "\n→ " in told
    assert "the fault is ours" not in told


def test_a_folder_that_is_gone_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ao: Ao) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    ended = ao("check")
    assert ended.exit_code == ExitCode.USAGE
    assert ended.stderr.startswith("✖ The folder that you are in no longer exists.\n→ Go to a folder that exists")
