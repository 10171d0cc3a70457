from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from anops_control.predicting.sent_file import SentFile
from ao.predicting.given_rows import on_disk

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
