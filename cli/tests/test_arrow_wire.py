"""A file goes as Arrow only where that says just what the service reads in the file itself."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from anops_api_service.bodies.arrow_body import ArrowReader
from anops_api_service.bodies.csv_body import CsvBody
from anops_api_service.bodies.decoded import together
from anops_control.predicting.arrow_wire import LEAST_BYTES, NotCertainError, arrow_body, may_go_as_arrow
from anops_control.predicting.sent_file import SentFile
from anops_control.tables.dialect import Asked
from anops_control.tables.guessing import dialect_of
from anops_model_interface.schema import Schema

if TYPE_CHECKING:
    from pathlib import Path

    from anops_api_service.sent import Decoded

SCHEMA = Schema.of(
    {
        "inputs": {
            "wt": {"type": "number", "missing": "allow", "seen": [0, 5]},
            "n": {"type": "integer", "missing": "allow"},
            "old": {"type": "boolean", "missing": "allow"},
            "gear": {"type": "category", "levels": ["auto", "manual", ""], "missing": "allow", "novel": "allow"},
            "note": {"type": "string", "missing": "allow"},
        }
    }
)
INPUTS: dict[str, Any] = msgspec.json.decode(SCHEMA.to_json())["inputs"]
HEADER, ROW = "wt,n,old,gear,note\n", "2.5,4,TRUE,auto,a note\n"

# a row among others that goes as Arrow, and one that does not, since one of the two may read it otherwise
CERTAIN = {
    "usual": "3,5,F,manual,b\n",
    "missing": ",,,,\n",
    "outside": "7.5,-5,false,auto,b\n",
    "spellings": "1.,5,T,auto,b\n",
    "exponents": "1e-3,5,0,auto,b\n",
    "smallest": "4.9e-324,5,0,auto,b\n",
    "seventeen digits": "0.30000000000000004,5,0,auto,b\n",
    "blanks": " 3 ,5,T, auto , b \n",
    "letters": "3,5,T,autö,ß漢\n",
    "a new level": "3,5,T,other,1.0\n",
    "line end of Windows": "3,5,T,auto,b\r\n",
}
UNCERTAIN = {
    "NA": "NA,5,T,auto,b\n",
    "NA in a text": "3,5,T,auto,DNA\n",
    "quotes": '3,5,T,"auto",b\n',
    "text": "potato,5,T,auto,b\n",
    "infinity": "Inf,5,T,auto,b\n",
    "NaN": "nan,5,T,auto,b\n",
    "beyond": "9007199254740993,5,T,auto,b\n",
    "below": "-9007199254740993,5,T,auto,b\n",
    "infinity below": "-Inf,5,T,auto,b\n",
    "overflow": "1e400,5,T,auto,b\n",
    "base 16": "3,0x10,T,auto,b\n",
    "a fraction": "3,5.0,T,auto,b\n",
    "another truth": "3,5,yes,auto,b\n",
    "few cells": "3,5,T,auto\n",
    "many cells": "3,5,T,auto,b,\n",
    "blank": "\n",
    "blank in Windows": "\r\n",
    "plus": "3,+5,T,auto,b\n",
    "underscore": "1_0,5,T,auto,b\n",
    "other digits": "٣,5,T,auto,b\n",
}


def sent(tmp_path: Path, text: str) -> SentFile:
    """Return a file as `ao predict` knows it."""
    path = tmp_path / "rows.csv"
    path.write_bytes(text.encode())
    return SentFile(path, path.name, dialect=dialect_of(path, path.name, Asked(), names=list(INPUTS)))


def as_arrow(file: SentFile) -> Decoded:
    """Read a file as it goes over the wire."""
    reader = ArrowReader(SCHEMA, {}, most=1 << 30)
    pieces = [piece for data in arrow_body(file, INPUTS) for piece in reader.feed(data)]
    return together([*pieces, *reader.finish()], reader.notices)


def told(decoded: Decoded) -> object:
    """Return all that was read."""
    columns = {c.name: (c.type, c.values.tolist(), c.is_missing().tolist()) for c in decoded.frame.columns}
    return str(columns), decoded.rows, decoded.warnings


@pytest.mark.parametrize("odd", CERTAIN.values(), ids=CERTAIN)
@pytest.mark.parametrize("separator", [",", "\t"])
def test_it_is_read_as_the_file_is(tmp_path: Path, odd: str, separator: str) -> None:
    text = (HEADER + ROW * 2 + odd + ROW).replace(",", separator)
    assert told(as_arrow(sent(tmp_path, text))) == told(CsvBody(SCHEMA).read(text.encode(), {}))


@pytest.mark.parametrize("odd", UNCERTAIN.values(), ids=UNCERTAIN)
def test_what_may_be_read_otherwise_goes_as_it_is(tmp_path: Path, odd: str) -> None:
    with pytest.raises(NotCertainError):
        as_arrow(sent(tmp_path, HEADER + ROW * 2 + odd + ROW))


def test_columns_of_the_callers_own_are_named_and_not_read(tmp_path: Path) -> None:
    text = "id," + HEADER.replace("old,", "") + "x y,2.5,4,auto,a\n" * 2
    body = CsvBody(Schema.of({"inputs": {name: spec for name, spec in INPUTS.items() if name != "old"}}))
    reader = ArrowReader(body.schema, {}, most=1 << 30)
    inputs = {name: spec for name, spec in INPUTS.items() if name != "old"}
    pieces = [piece for data in arrow_body(sent(tmp_path, text), inputs) for piece in reader.feed(data)]
    read = together(pieces, reader.notices)
    assert told(read) == told(body.read(text.encode(), {}))
    assert [warn.column for warn in read.warnings] == ["id"]


def test_only_a_large_plain_file_is_tried(tmp_path: Path) -> None:
    many = LEAST_BYTES // len(ROW) + 1
    assert may_go_as_arrow(sent(tmp_path, HEADER + ROW * many), INPUTS)
    assert not may_go_as_arrow(sent(tmp_path, HEADER + ROW), INPUTS)
    for header in ("wt,wt,old,gear,note\n", "wt,,old,gear,note\n", " wt,n,old,gear,note\n"):
        assert not may_go_as_arrow(sent(tmp_path, header + ROW * many), INPUTS)
    file = sent(tmp_path, HEADER + ROW * many)
    for spec in ({"type": "date"}, {"type": "category", "levels": ["4", "6"]}, {"type": "category", "levels": ["NA"]}):
        assert not may_go_as_arrow(file, INPUTS | {"n": spec})
    assert not may_go_as_arrow(file, {})


def test_pandas_is_not_loaded_to_read_it(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("wt,n\n1.5,2\n,\n")
    program = (
        "import sys; from pathlib import Path; from anops_control.predicting.arrow_wire import arrow_body; "
        "from anops_control.predicting.sent_file import SentFile; "
        "from anops_control.tables.dialect import Asked; from anops_control.tables.guessing import dialect_of; "
        f"path = Path({str(path)!r}); "
        "file = SentFile(path, path.name, dialect=dialect_of(path, path.name, Asked(), names=['wt', 'n'])); "
        "list(arrow_body(file, {'wt': {'type': 'number'}, 'n': {'type': 'integer'}})); "
        "sys.exit('pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
