from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
from anops_api_service.answer_json import MAX_HEADER_BYTES, json_answer, records, warnings_header
from anops_api_service.identity import Identity
from anops_api_service.writers.csv_writer import CsvWriter
from anops_api_service.writers.json_writer import JsonWriter
from anops_model_interface.coded_texts import CodedTexts
from anops_model_interface.columns import Column
from anops_model_interface.frames import Frame, Warn

MASK = np.array([False, True, False])
FRAME = Frame(
    (
        Column("n", "number", np.array([0.1, np.nan, -np.inf])),
        Column("i", "integer", np.array([1, 0, 3]), MASK),
        Column("b", "boolean", np.array([True, False, False]), MASK),
        Column('a "b", c', "string", np.array(["NA", "", 'x,"y"\n'], dtype=object), MASK),
    ),
    3,
)


def test_json_has_null_for_missing_and_words_for_infinities() -> None:
    answer = json.loads(json_answer(records(FRAME), (), model=Identity("cars", "1", "sha256:a"), request_id="id"))
    assert answer["predictions"] == [
        {"n": 0.1, "i": 1, "b": True, 'a "b", c': "NA"},
        {"n": None, "i": None, "b": None, 'a "b", c': None},
        {"n": "-Inf", "i": 3, "b": False, 'a "b", c': 'x,"y"\n'},
    ]


def test_texts_that_come_again_and_missing_ones_have_rows_of_their_own() -> None:
    texts = np.array(["a", "", "b", "a"], dtype=object)
    frame = Frame((Column("prediction", "category", texts, np.array([False, True, False, False])),), 4)
    assert records(frame) == [{"prediction": text} for text in ("a", None, "b", "a")]
    assert records(frame.take(0, 1)) == [{"prediction": "a"}]
    assert records(frame.take(0, 0)) == []


def test_few_texts_of_many_rows_are_written_as_any_others() -> None:
    texts = np.array(['a "b"', "ü", "", "NA"], dtype=object)
    places = np.array([0, 3, 1, 2, 0, 0, 1], dtype=np.int32)
    plain = Column('pre"diction', "category", texts[places])
    coded = replace(plain, coded=CodedTexts(places, tuple(texts)))
    for start, stop in ((0, 7), (2, 5), (4, 4)):
        one, other = (JsonWriter().rows(Frame((column,), 7).take(start, stop)) for column in (coded, plain))
        assert one == other


def test_csv_has_na_for_missing_and_quotes_a_text_that_could_be_taken_for_it() -> None:
    assert CsvWriter().rows(FRAME).decode() == (
        'n,i,b,"a ""b"", c"\n0.1,1,true,"NA"\nNA,NA,NA,NA\n-Inf,3,false,"x,""y""\n"\n'
    )


def test_an_answer_without_rows_keeps_the_columns_in_csv() -> None:
    assert CsvWriter().rows(FRAME.take(0, 0)).decode() == 'n,i,b,"a ""b"", c"\n'


def test_the_warnings_header_is_ascii_and_stays_small() -> None:
    many = [Warn(f"größe {i} " + "x" * 300) for i in range(100)]
    header = warnings_header(many)
    assert header.isascii()
    assert b"\n" not in header
    assert len(header) <= MAX_HEADER_BYTES
    kept = json.loads(header)
    assert kept[0]["message"] == many[0].message
    assert kept[-1]["message"] == f"{100 - len(kept) + 1} more warnings"


def test_one_long_warning_is_shortened() -> None:
    header = warnings_header([Warn("x" * 10_000, "y" * 10_000)])
    assert len(header) <= MAX_HEADER_BYTES
    assert json.loads(header)[0]["message"].endswith("x…")
