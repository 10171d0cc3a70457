"""A board on a real S3 server is like one in a folder; what is wrong with a board is said."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import fsspec
import pins
import pytest
import s3fs
from anops_control.errors import CommandError
from fsspec.implementations.memory import MemoryFileSystem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from desks import Desk

KEYS = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_DEFAULT_REGION": "us-east-1"}
PROJECT = """\
[project]
name = "cars"
language = "python"

[model]
artifact = "model.joblib"

[model.inputs]
wt = "number"

[data]
board = "s3://team/data"
options = {{ endpoint_url = "{url}" }}
"""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A server in a process of its own."""
    program = [sys.executable, "-m", "moto.server", "-p", "0"]
    process = subprocess.Popen(program, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    url = next(found[0] for line in process.stderr if (found := re.search(r"http://127\.0\.0\.1:\d+", line)))
    reader = threading.Thread(target=process.stderr.read)
    reader.start()
    yield url
    process.terminate()
    process.wait()
    reader.join()
    process.stderr.close()


@pytest.fixture
def at_s3(server: str, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    system = s3fs.S3FileSystem(client_kwargs={"endpoint_url": server}, skip_instance_cache=True)
    if system.exists("team"):
        system.rm("team", recursive=True)
    system.mkdir("team")
    desk.file("ao.toml", PROJECT.format(url=server))
    return desk


def test_a_bucket_is_a_board(at_s3: Desk, server: str) -> None:
    assert at_s3.list().latest == []
    versions = [at_s3.add(at_s3.file("n.csv", f"n\n{i}\n")).stored for i in range(3)]
    assert not at_s3.add(at_s3.folder / "n.csv").is_new
    assert list(at_s3.show("n").versions) == versions
    assert at_s3.pull("n", "out.csv").read_text() == "n\n2\n"
    system = s3fs.S3FileSystem(client_kwargs={"endpoint_url": server}, skip_instance_cache=True)
    board = pins.board("s3", "team/data", storage_options={"client_kwargs": {"endpoint_url": server}}, cache=None)
    assert board.pin_list() == ["n"]
    assert list(board.pin_versions("n")["version"]) == [each.version for each in versions]
    assert board.pin_read("n")["n"].tolist() == [2]
    assert not any(system.find("team/data.partial"))
    system.pipe_file(f"team/data/n/{versions[1].version}/n.csv", b"n\n7\n")
    with pytest.raises(CommandError, match="has changed since it was added"):
        at_s3.pull("n", "again.csv", version=versions[1].version)
    assert at_s3.remove("n", version=versions[1].version).kept == 2
    assert at_s3.remove("n").kept == 0
    assert system.find("team/data") == []


def test_what_is_here_is_copied_to_a_bucket_and_back(at_s3: Desk) -> None:
    at_s3.board = ".anops/data"
    added = [at_s3.add(at_s3.file("n.csv", f"n\n{i}\n")).stored.version for i in range(2)]
    assert [each.version for each in at_s3.push("n", "s3://team/data").pushed] == added
    at_s3.board = None
    assert at_s3.pull("n", "back.csv", version=added[0]).read_text() == "n\n0\n"


def test_a_transfer_that_breaks_leaves_no_version(at_s3: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    at_s3.add(at_s3.file("n.csv", "n\n1\n"))

    def breaks(*_: object, **__: object) -> None:
        raise ConnectionResetError("the line is dead")

    with monkeypatch.context() as patched:
        patched.setattr(s3fs.S3FileSystem, "pipe_file", breaks)
        with pytest.raises(CommandError, match="can't be reached or used"):
            at_s3.add(at_s3.file("n.csv", "n\n2\n"))
    assert len(at_s3.show("n").versions) == 1
    assert at_s3.add(at_s3.folder / "n.csv").is_new


def test_writers_at_once_have_seconds_of_their_own(at_s3: Desk) -> None:
    def add(number: int) -> None:
        at_s3.add(at_s3.file(f"{number}.csv", f"n\n{number}\n"), name="n")

    writers = [threading.Thread(target=add, args=(number,)) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    versions = at_s3.show("n").versions
    assert len(versions) == len({each.created for each in versions}) == 4


class Plain(MemoryFileSystem):
    """A file system with folders that takes what all of fsspec take and no more, as that of SFTP."""

    protocol = "plain"

    def ls(self, path: str, detail: bool = True) -> Any:
        return super().ls(path, detail)

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return str(super()._strip_protocol(path.replace("plain://", "memory://")))


def test_a_board_needs_no_more_than_every_file_system_has(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    fsspec.register_implementation("plain", Plain, clobber=True)
    monkeypatch.setattr(Plain, "store", {})
    monkeypatch.setattr(Plain, "pseudo_dirs", [""])
    desk.board = "plain://team/data"
    added = [desk.add(desk.file("n.csv", f"n\n{i}\n")).stored.version for i in range(2)]
    assert [each.version for each in desk.show("n").versions] == added
    assert desk.pull("n", "out.csv").read_text() == "n\n1\n"
    assert desk.remove("n").kept == 0
    assert (Plain.store, [each for each in Plain.pseudo_dirs if "n" in each]) == ({}, [])


def test_a_store_that_is_away_or_lacks_the_bucket_is_told(at_s3: Desk, server: str) -> None:
    at_s3.file("ao.toml", PROJECT.format(url=server).replace("s3://team/data", "s3://nowhere/data"))
    with pytest.raises(CommandError, match="it is not there") as caught:
        at_s3.list()
    assert caught.value.code == "STORE_UNUSABLE"
    at_s3.file("ao.toml", PROJECT.format(url="http://127.0.0.1:9"))
    with pytest.raises(CommandError, match="can't be reached"):
        at_s3.add(at_s3.file("n.csv", "n\n1\n"))


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting wants root")
def test_a_full_disk_and_one_that_only_reads_are_told(desk: Desk, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)], check=False)
    if mounted.returncode:
        pytest.skip("this machine lets nothing be mounted")
    try:
        board = str(disk / "data")
        desk.add(desk.file("n.csv", "n\n1\n"), board=board)
        with pytest.raises(CommandError, match="no space is left"):
            desk.add(desk.file("big.csv", "n\n" + "1\n" * 1_000_000), board=board)
        assert [stored.name for stored, _ in desk.list(board=board).latest] == ["n"]
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with pytest.raises(CommandError, match="read-only"):
            desk.add(desk.file("m.csv", "n\n2\n"), board=board)
        assert len(desk.list(board=board).latest) == 1
    finally:
        subprocess.run(["umount", str(disk)], check=True)
