from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from anops_control.errors import CommandError
from anops_control.predicting.arrow_rows import batches
from anops_control.predicting.client import media_type_in
from anops_control.predicting.sent_file import SentFile
from anops_model_interface.codes import Code
from ao.predicting.given_rows import on_disk
from pyarrow import ipc

if TYPE_CHECKING:
    from pathlib import Path


def test_rows_from_a_named_pipe_are_read_as_often_as_needed(tmp_path: Path) -> None:
    pipe = tmp_path / "rows.csv"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=("wt\n2.62\n",))
    writer.start()
    with on_disk(str(pipe)) as path:
        sent = SentFile(path, str(pipe))
        assert sent.columns == ["wt"]
        assert b"".join(sent.body()) == b"wt\n2.62\n"
        assert sent.size == 8
    writer.join()
    assert not path.exists()


@pytest.mark.parametrize("name", ["rows.arrow", "rows.feather", "rows.arrows"])
@pytest.mark.parametrize("form", [ipc.new_file, ipc.new_stream])
def test_both_forms_of_arrow_are_read_whatever_the_file_is_called(tmp_path: Path, name: str, form: Any) -> None:
    table = pa.table({"wt": [2.62, 3.1], "gear": ["auto", None]})
    path = tmp_path / name
    with form(str(path), table.schema) as writer:
        writer.write_table(table)
    kind = media_type_in(path)
    sent = SentFile(path, name, kind)
    assert kind.rpartition(".")[2] == ("file" if form is ipc.new_file else "stream")
    assert list(sent.kept(["gear", "wt"])) == [["auto", "2.62"], ["", "3.1"]]
    with batches(path, name) as (schema, read):
        assert (schema, list(read)) == (table.schema, table.to_batches())


def test_a_file_that_is_no_arrow_says_so(tmp_path: Path) -> None:
    path = tmp_path / "rows.arrow"
    path.write_bytes(b"ARROW1\0\0and no more of it")
    sent = SentFile(path, path.name, media_type_in(path))
    with pytest.raises(CommandError, match="can't be read as Arrow") as caught:
        list(sent.kept(["wt"]))
    assert caught.value.code is Code.FILE_UNREADABLE
