"""`ao key`: makes, shows and revokes what opens a service."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from anops_control.access.expiry import expiry_of
from anops_control.access.keys import add_key, keys_of, revoke_key
from anops_control.errors import CommandError
from anops_http.access.key_file import hash_of
from anops_http.access.scopes import Scope

if TYPE_CHECKING:
    from pathlib import Path

AO = [sys.executable, "-P", "-m", "ao"]


def ao(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    environment = {**{name: value for name, value in os.environ.items() if name != "ANOPS_KEY"}, **environment}
    return subprocess.run([*AO, *words], cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_other_computers_are_let_in_by_keys_or_by_saying_so(python_project: Path) -> None:
    ended = ao(python_project, "serve", "--host", "0.0.0.0", "--port", "0")  # noqa: S104  it does not start

    assert ended.returncode == 2
    assert "✖ On 0.0.0.0 other computers can ask, and no key is needed." in ended.stderr
    remedy = "→ Make a key: ao key add NAME. Or let in whoever gets through: ao serve --host 0.0.0.0 --allow-anyone"
    assert remedy in ended.stderr

    with subprocess.Popen(
        [*AO, "serve", "--host", "0.0.0.0", "--allow-anyone", "--port", "0", "--json"],  # noqa: S104  for a moment
        cwd=python_project, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as served:  # fmt: skip
        assert served.stdout is not None
        ready = json.loads(served.stdout.readline())
        served.terminate()
        assert ready["event"] == "ready"
        assert "▲ Anybody who reaches 0.0.0.0 may ask: no key is needed." in served.communicate()[1]

    (python_project / "keys.toml").write_text("[[key]]")
    ended = ao(python_project, "serve", "--port", "0")
    assert ended.returncode == 2
    assert "Key 1 of" in ended.stderr
    (python_project / "keys.toml").unlink()


def test_what_is_said_of_a_key_is_kept_and_the_key_is_not(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"

    secret = add_key(file, "dashboard", frozenset({Scope.PREDICT}), expires=expiry_of("90d"), per_second=2.5)

    [key] = keys_of(file)
    assert (key.name, key.hash, key.scopes, key.per_second) == ("dashboard", hash_of(secret), {Scope.PREDICT}, 2.5)
    assert key.expires is not None
    assert timedelta(days=89) < key.expires - datetime.now(UTC) <= timedelta(days=90)
    assert [path.name for path in tmp_path.iterdir()] == ["keys.toml"]
    listed = ao(tmp_path, "key", "list", "--file", "keys.toml")
    assert "dashboard" in listed.stdout
    [told] = json.loads(ao(tmp_path, "key", "list", "--file", "keys.toml", "--json").stdout)
    assert (told["scopes"], told["expired"]) == (["predict"], False)


def test_what_a_person_wrote_into_the_file_stays(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    add_key(file, "one", frozenset({Scope.ADMIN}))
    file.write_text(file.read_text().replace("[[key]]", "# of the office on the third floor\n[[key]]"))

    add_key(file, "two", frozenset({Scope.ADMIN}))
    revoke_key(file, "one")

    assert "# of the office on the third floor" in file.read_text()
    assert [key.name for key in keys_of(file)] == ["two"]


def test_a_file_that_is_mounted_into_a_container_stays_the_same_file(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    add_key(file, "one", frozenset({Scope.ADMIN}))
    before = file.stat().st_ino

    add_key(file, "two", frozenset({Scope.ADMIN}))
    revoke_key(file, "one")
    revoke_key(file, "two")

    assert file.stat().st_ino == before
    assert keys_of(file) == ()
    assert [path.name for path in tmp_path.iterdir()] == ["keys.toml"]


def test_two_who_make_keys_at_once_lose_none(tmp_path: Path) -> None:
    file, names = tmp_path / "keys.toml", [f"key-{number}" for number in range(12)]
    makers = [threading.Thread(target=add_key, args=(file, name, frozenset({Scope.PREDICT}))) for name in names]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()

    assert sorted(key.name for key in keys_of(file)) == sorted(names)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ("add", "one"),
            "✖ There is a key `one` already.\n→ Choose another name, or revoke that one first: ao key revoke one",
        ),
        (("add", "a b"), "✖ A key can't be called `a b`.\n→ Use letters, digits,"),
        (
            ("add", "two", "--scope", "write"),
            "✖ `--scope` must be `predict`, `observe`, `metadata`, `metrics`, `approve` or `admin`, not `write`",
        ),
        (("add", "two", "--expires", "soon"), "✖ A key can't expire at `soon`.\n→ Write a time as 12h, 90d or 4w"),
        (("add", "two", "--expires", "2020-01-01"), "✖ A key can't expire at `2020-01-01`, which has passed."),
        (("revoke", "on"), "✖ There is no key `on`.\n→ Did you mean `one`?"),
        (("ad",), "✖ There is no command `ao key ad`.\n→ Did you mean `ao key add`?"),
        (("list", "--fil", "x"), "✖ `ao key list` has no flag `--fil`.\n→ Did you mean `--file`?"),
    ],
)
def test_what_can_t_be_done_is_told(words: tuple[str, ...], told: str, tmp_path: Path) -> None:
    add_key(tmp_path / "keys.toml", "one", frozenset({Scope.PREDICT}))
    file = ("--file", "keys.toml") if words[0] in {"add", "revoke"} else ()

    ended = ao(tmp_path, "key", *words, *file)

    assert told in ended.stderr
    assert ended.returncode != 0
    assert ended.stdout == ""


def test_without_a_project_the_file_must_be_named(tmp_path: Path) -> None:
    ended = ao(tmp_path, "key", "list")

    assert ended.returncode == 3
    assert "name the file of keys with --file keys.toml" in ended.stderr


def test_ao_key_alone_shows_its_commands(tmp_path: Path) -> None:
    ended = ao(tmp_path, "key")

    assert ended.returncode == 0
    assert all(word in ended.stdout for word in ("add", "list", "revoke"))


def test_a_broken_file_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    file.write_text('[[key]]\nname = "half')

    with pytest.raises(CommandError, match="is not TOML"):
        add_key(file, "one", frozenset({Scope.PREDICT}))

    assert file.read_text() == '[[key]]\nname = "half'


def test_keys_are_made_shown_and_revoked_as_messages_say(python_project: Path) -> None:
    file = python_project / "keys.toml"

    made = ao(python_project, "key", "add", "NAME")
    shown = ao(python_project, "key", "list")
    revoked = ao(python_project, "key", "revoke", "NAME")
    elsewhere = ao(python_project.parent, "key", "add", "NAME", "--file", "keys.toml")

    assert [ended.returncode for ended in (made, shown, revoked, elsewhere)] == [0, 0, 0, 0]
    assert "✔ The key `NAME` is in " in made.stderr
    assert "NAME" in shown.stdout
    assert keys_of(file) == ()
    assert [key.name for key in keys_of(python_project.parent / "keys.toml")] == ["NAME"]
