"""What the process that loads a model is kept from, each way by itself, in a process that can't be freed again."""

from __future__ import annotations

import subprocess
import sys
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="what it is done with is Linux's")


def run(code: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", dedent(code), *arguments], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


TRY = """
    import os, socket, sys
    from anops_worker.isolating.namespace import leave_the_network
    from anops_worker.isolating.socket_filter import make_local_sockets_only

    def connects(port):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError as error:
            return type(error).__name__
        return "connected"
"""


@pytest.mark.parametrize("way", ["leave_the_network", "make_local_sockets_only"])
def test_who_has_left_the_network_connects_to_nobody_there(way: str) -> None:
    code = (
        TRY
        + f"""
    with socket.create_server(("127.0.0.1", 0)) as server:
        before = os.getuid(), os.getgid()
        {way}()
        assert (os.getuid(), os.getgid()) == before
        print(connects(server.getsockname()[1]))
        ours, theirs = socket.socketpair()
        ours.sendall(b"local sockets work")
        print(theirs.recv(99).decode())
    """
    )
    refused, local = run(code).splitlines()
    assert refused in {"ConnectionRefusedError", "OSError"}
    assert local == "local sockets work"


@pytest.mark.parametrize("way", ["leave_the_network", "make_local_sockets_only"])
def test_a_connection_that_was_made_before_goes_on_working(way: str) -> None:
    code = (
        TRY
        + f"""
    with socket.create_server(("127.0.0.1", 0)) as server:
        ours = socket.create_connection(server.getsockname())
        theirs, _ = server.accept()
        {way}()
        copy = socket.socket(fileno=os.dup(theirs.fileno()))
        ours.sendall(b"still here")
        print(copy.recv(99).decode())
    """
    )
    assert run(code) == "still here"


def test_processes_of_a_model_find_each_other() -> None:
    code = (
        TRY
        + """
    leave_the_network()
    with socket.create_server(("127.0.0.1", 0)) as server:
        print(connects(server.getsockname()[1]))
    """
    )
    assert run(code) == "connected"


def test_only_some_folders_can_be_written_in(tmp_path: Path) -> None:
    for name in ("open", "closed"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "old").write_text("old")
    code = """
    import os, pathlib, sys
    from anops_worker.isolating.landlock import write_only_in
    root = pathlib.Path(sys.argv[1])
    write_only_in([root / "open", root / "absent", pathlib.Path("/dev/null")])
    for folder in ("open", "closed"):
        for attempt in (
            lambda at: (at / "new").write_text("new"),
            lambda at: (at / "old").write_text("new"),
            lambda at: os.truncate(at / "old", 0),
            lambda at: (at / "old").rename(at / "older"),
            lambda at: (at / "folder").mkdir(),
            lambda at: next(at.iterdir()).unlink(),
        ):
            try:
                attempt(root / folder)
            except OSError as error:
                print("refused", end=" ")
            else:
                print("done", end=" ")
    pathlib.Path("/dev/null").write_text("")
    print((root / "closed" / "old").read_text())
    """
    assert run(code, str(tmp_path)) == " ".join(["done"] * 6 + ["refused"] * 6 + ["old"])


def test_a_worker_has_less_than_the_process_that_loaded_its_model(tmp_path: Path) -> None:
    for name in ("mine", "another"):
        (tmp_path / name).mkdir()
    code = """
    import pathlib, sys
    from anops_worker.isolating.landlock import write_only_in
    root = pathlib.Path(sys.argv[1])
    write_only_in([root])
    write_only_in([root / "mine"])
    (root / "mine" / "a").touch()
    try:
        (root / "another" / "a").touch()
    except PermissionError:
        print("refused")
    """
    assert run(code, str(tmp_path)) == "refused"


ISOLATED = (
    TRY
    + """
    import pathlib, types
    from anops_model_interface.errors import AnOpsError
    from anops_worker.isolating import isolation, landlock
    from anops_worker.isolating.system_calls import call

    project = types.SimpleNamespace(
        service=types.SimpleNamespace(network=False, writable=()), folder=pathlib.Path(sys.argv[1])
    )
"""
)


def test_where_no_namespace_can_be_made_system_calls_are_filtered(tmp_path: Path) -> None:
    code = (
        ISOLATED
        + """
    user, group = os.getuid(), os.getgid()
    call("unshare", 0x10000000)  # a user namespace, in which there may be no network namespace
    pathlib.Path("/proc/self/uid_map").write_text(f"0 {user} 1")
    pathlib.Path("/proc/sys/user/max_net_namespaces").write_text("0")
    found = isolation.isolate(project, project.folder, isolation.IsolationMode.REQUIRED)
    print(found.network, found.why_open, connects(1))
    """
    )
    assert run(code, str(tmp_path)) == "filter () OSError"


def test_what_can_not_be_done_is_told_and_refused_where_it_is_required(tmp_path: Path) -> None:
    code = (
        ISOLATED
        + """
    for _ in range(16):  # as often as the system allows
        landlock.write_only_in([project.folder])
    print(isolation.isolate(project, project.folder, isolation.IsolationMode.AUTO).why_open[0])
    try:
        isolation.isolate(project, project.folder, isolation.IsolationMode.REQUIRED)
    except AnOpsError as error:
        print(error.problem.code, error.problem.remedy)
    """
    )
    told, refused = run(code, str(tmp_path)).splitlines()
    assert told == "Its code can't be kept from writing files: Landlock can't be used (Argument list too long)."
    assert refused.startswith("MODEL_LOAD Serve it where that is allowed")


def test_a_folder_that_may_be_written_in_is_made_where_it_is_not_there(tmp_path: Path) -> None:
    code = (
        ISOLATED
        + """
    project.service.writable = ("kept/cache",)
    wanted = isolation.writable_of(project)
    isolation.isolate(project, project.folder / "scratch", isolation.IsolationMode.REQUIRED)
    (wanted[0] / "file").touch()
    try:
        (project.folder / "kept" / "file").touch()
    except PermissionError:
        print("refused")
    """
    )
    (tmp_path / "scratch").mkdir()
    assert run(code, str(tmp_path)) == "refused"


def test_nothing_is_taken_where_isolation_is_off(tmp_path: Path) -> None:
    code = (
        ISOLATED
        + """
    print(isolation.isolate(project, project.folder, isolation.IsolationMode.OFF))
    (project.folder.parent / "beside").touch()
    """
    )
    (tmp_path / "project").mkdir()
    run(code, str(tmp_path / "project"))
    assert (tmp_path / "beside").exists()
