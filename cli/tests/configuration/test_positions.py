from __future__ import annotations

from anops_control.configuration.positions import Position, find_positions

TEXT = """\
# a comment
[project]
name = "cars"  # its name
[model.inputs]
größe.x = 1
"Sepal.Length" = { type = "number", values = [4,
  6] }
[[list]]
a = 1
[[list]]
a = 1.10
"""


def test_keys_and_values_have_line_and_column() -> None:
    found = find_positions(TEXT.replace("größe.x = 1", 'x = "1"'))
    assert found.keys[("project", "name")] == Position(3, 1)
    assert found.values[("project", "name")] == Position(3, 8)
    assert found.keys[("project",)] == Position(2, 2)


def test_quoted_names_and_what_is_in_them_are_found() -> None:
    found = find_positions(TEXT)
    assert found.keys[("model", "inputs", "Sepal.Length", "values")] == Position(6, 37)
    assert found.values[("model", "inputs", "Sepal.Length", "values", 1)] == Position(7, 3)


def test_columns_count_characters_and_not_bytes() -> None:
    found = find_positions('[a]\n"größe" = { "ß" = 1, b = 2 }\n')
    assert found.keys[("a", "größe", "b")] == Position(2, 22)


def test_items_of_an_array_of_tables_are_told_apart() -> None:
    found = find_positions(TEXT)
    assert found.keys[("list", 0, "a")].line == 9
    assert found.keys[("list", 1, "a")].line == 11


def test_a_number_is_kept_as_it_is_written() -> None:
    assert find_positions(TEXT).written[("list", 1, "a")] == "1.10"


def test_a_missing_key_is_placed_at_its_table() -> None:
    assert find_positions(TEXT).value(("project", "language")) == Position(2, 2)


def test_what_is_nowhere_has_no_position() -> None:
    assert find_positions(TEXT).key(("service", "port")) is None
