"""Versions are whole or not there, in their order, and read by every client of pins."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pins
import pytest
from anops_control.errors import CommandError
from desks import SALES, Desk

if TYPE_CHECKING:
    from pathlib import Path


def test_a_client_of_pins_reads_rows_and_description(desk: Desk) -> None:
    stored = desk.add(
        desk.file("sales.csv"), source="the shop", text="Sales\nof the shop", categories=("region",)
    ).stored
    board = pins.board_folder(str(desk.folder / ".anops/data"))
    assert board.pin_list() == ["sales"]
    assert list(board.pin_versions("sales")["version"]) == [stored.version]
    assert list(board.pin_read("sales")["id"]) == [1, 2, 3]
    meta = board.pin_meta("sales")
    assert (meta.title, meta.description, meta.pin_hash) == ("Sales", "Sales\nof the shop", stored.hash)
    told = meta.user["anops"]
    assert told["source"] == "the shop"
    assert [each["name"] for each in told["columns"]][:2] == ["id", "region"]
    assert told["columns"][1] == {"name": "region", "type": "category", "levels": ["north", "south"]}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # pins leaves its files open
@pytest.mark.parametrize("form", ["csv", "parquet", "arrow"])
def test_a_pin_that_pins_has_written_is_read(desk: Desk, form: str) -> None:
    import pandas as pd  # noqa: PLC0415

    (desk.folder / ".anops").mkdir()
    frame = pd.DataFrame({"a": [1.5, 2.5], "b": ["x", "y"]})
    pins.board_folder(str(desk.folder / ".anops/data")).pin_write(frame, "theirs", type=form)
    assert desk.list().latest[0][0].kind == form
    pulled = desk.pull("theirs", "theirs.parquet", form="parquet")
    assert pd.read_parquet(pulled)[["a", "b"]].equals(frame)


def test_the_same_rows_are_one_version(desk: Desk) -> None:
    first = desk.add(desk.file("sales.csv"))
    again = desk.add(desk.file("copy.csv"), name="sales")
    assert (first.is_new, again.is_new) == (True, False)
    assert first.stored == again.stored
    desk.add(desk.file("more.csv", SALES + "4,north,1,TRUE,NA,NA,x,1\n"), name="sales")
    back = desk.add(desk.file("sales.csv"))
    assert (back.is_new, back.is_latest) == (False, False)
    assert len(desk.show("sales").versions) == 2


def test_versions_of_one_second_keep_their_order(desk: Desk) -> None:
    added = [desk.add(desk.file("n.csv", f"n\n{i}\n")).stored.version for i in range(4)]
    assert [each.version for each in desk.show("n").versions] == added
    board = pins.board_folder(str(desk.folder / ".anops/data"))
    assert list(board.pin_versions("n")["version"]) == added
    assert list(board.pin_read("n")["n"]) == [3]


def add_one(folder: Path, number: int) -> None:
    desk = Desk(folder)
    desk.add(desk.file(f"{number}.csv", f"n\n{number % 5}\n"), name="shared")


def test_writers_at_once_lose_nothing(desk: Desk) -> None:
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=add_one, args=(desk.folder, number)) for number in range(10)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0] * 10
    versions = desk.show("shared").versions
    assert len(versions) == len({each.created for each in versions}) == 5
    assert {each.description.columns["n"].seen for each in versions if each.description} == {(i, i) for i in range(5)}
    assert os.listdir(desk.folder / ".anops") == ["data"]  # noqa: PTH208


def test_an_altered_version_is_told_and_not_handed_out(desk: Desk) -> None:
    stored = desk.add(desk.file("sales.csv")).stored
    desk.path_of(stored).write_text(SALES.replace("1.5", "9.5"))
    with pytest.raises(CommandError, match="has changed since it was added") as caught:
        desk.pull("sales", "out.csv")
    assert caught.value.code == "DATASET_ALTERED"
    assert not (desk.folder / "out.csv").exists()
    desk.path_of(stored).unlink()
    with pytest.raises(CommandError, match="has changed since it was added"):
        desk.pull("sales", "out.csv")


def test_a_writer_that_is_killed_leaves_no_half_version(desk: Desk) -> None:
    desk.add(desk.file("big.csv", "n\n1\n"))
    desk.file("big.csv", "n\n" + "1234567\n" * 3_000_000)
    program = "import sys; from ao.app import app; app()"
    writer = subprocess.Popen([sys.executable, "-c", program, "data", "add", "big.csv"], cwd=desk.folder)
    aside, end = desk.folder / ".anops/data.partial", time.monotonic() + 90
    while not aside.is_dir() and time.monotonic() < end:
        time.sleep(0.001)
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    board = pins.board_folder(str(desk.folder / ".anops/data"))
    assert len(board.pin_versions("big")) == len(desk.show("big").versions)
    assert desk.add(desk.folder / "big.csv").stored.bytes == 24_000_002


def test_a_version_without_metadata_is_none(desk: Desk) -> None:
    stored = desk.add(desk.file("sales.csv")).stored
    half = desk.folder / ".anops/data/sales/20990101T000000Z-00000"
    half.mkdir()
    (half / "sales.csv").write_text("id")
    assert [each.version for each in desk.show("sales").versions] == [stored.version]


def test_pins_of_an_older_layout_are_told(desk: Desk) -> None:
    desk.add(desk.file("sales.csv"))
    old = desk.folder / ".anops/data/old"
    old.mkdir()
    (old / "data.txt").write_text("path: data.csv\ntype: table\n")
    listed = desk.list()
    assert [stored.name for stored, _ in listed.latest] == ["sales"]
    assert "layout 0" in listed.unread["old"]
    with pytest.raises(CommandError, match="layout 0"):
        desk.show("old")


def test_what_is_removed_is_gone(desk: Desk) -> None:
    first = desk.add(desk.file("a.csv", "n\n1\n")).stored
    desk.add(desk.file("a.csv", "n\n2\n"))
    assert desk.remove("a", version=first.hash[:6]).kept == 1
    assert desk.remove("a").kept == 0
    assert desk.list().latest == []
    assert pins.board_folder(str(desk.folder / ".anops/data")).pin_list() == []


def test_nothing_is_removed_that_nobody_meant(desk: Desk) -> None:
    desk.add(desk.file("a.csv", "n\n1\n"))
    with pytest.raises(CommandError, match="Nothing was removed") as caught:
        desk.remove("a", yes=False)
    assert caught.value.remedy == "Confirm it with --yes"
    assert len(desk.list().latest) == 1


def test_a_copy_at_another_board_has_the_same_versions(desk: Desk) -> None:
    added = [desk.add(desk.file("n.csv", f"n\n{i}\n")).stored for i in range(3)]
    pushed = desk.push("n", "other")
    assert [each.version for each in pushed.pushed] == [each.version for each in added]
    assert [each.hash for each in desk.show("n", board="other").versions] == [each.hash for each in added]
    assert len(desk.push("n", "other").there) == 3


@pytest.mark.parametrize("name", ["sales 2026", "Verkäufe", "売上", "a.b-c_d", "x" * 120])
def test_names_of_every_language_are_kept(desk: Desk, name: str) -> None:
    desk.add(desk.file("sales.csv"), name=name)
    assert desk.show(name).stored.name == name
    assert pins.board_folder(str(desk.folder / ".anops/data")).pin_list() == [name]


@pytest.mark.parametrize(
    ("name", "instead"),
    [("shop/sales", "shop-sales"), ("..", None), ("a\\b", "a-b"), (" sales ", "sales"), ("a\nb", "a-b"),
     ("_pins.yaml", "pins.yaml"), (".hidden", "hidden"), ("c:sales", "c-sales")],
)  # fmt: skip
def test_a_name_that_is_no_folder_is_refused(desk: Desk, name: str, instead: str | None) -> None:
    with pytest.raises(CommandError, match="can't be named") as caught:
        desk.add(desk.file("sales.csv"), name=name)
    assert caught.value.remedy == (f"Name it `{instead}`." if instead else None)


def test_the_nearest_dataset_and_version_are_suggested(desk: Desk) -> None:
    with pytest.raises(CommandError, match="no dataset `sales`") as caught:
        desk.show("sales")
    assert caught.value.remedy == "Run: ao data add FILE"
    stored = desk.add(desk.file("sales.csv")).stored
    with pytest.raises(CommandError, match="no dataset `sale`") as caught:
        desk.pull("sale", "out")
    assert caught.value.remedy == "Did you mean `sales`?"
    wrong = stored.version[:-1] + ("0" if stored.version[-1] != "0" else "1")
    with pytest.raises(CommandError, match="has no version") as caught:
        desk.show("sales", wrong)
    assert caught.value.remedy == f"Did you mean `{stored.version}`?"
    for word in (stored.version, stored.hash, stored.hash[:5], stored.version[:10], "latest"):
        assert desk.show("sales", word).stored == stored


def test_a_board_that_is_a_file_or_of_an_unknown_address_is_told(desk: Desk) -> None:
    file = desk.file("sales.csv")
    with pytest.raises(CommandError, match="is a file, not a folder"):
        desk.add(file, board=str(file))
    with pytest.raises(CommandError, match="gss://") as caught:
        desk.add(file, board="gss://bucket")
    assert caught.value.remedy == "Did you mean `gs://`?"
    with pytest.raises(CommandError, match="needs a Python package") as caught:
        desk.add(file, board="gs://bucket/data")
    assert (caught.value.command or "").endswith("-m pip install gcsfs")
