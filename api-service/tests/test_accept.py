from __future__ import annotations

import pytest
from anops_api_service.accept import choose
from anops_model_interface.errors import AnOpsError

OFFERED = ("application/json", "text/csv")


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/csv", "text/csv"),
        ("text/*", "text/csv"),
        ("TEXT/CSV;q=0.9, application/json;q=0.8", "text/csv"),
        ("application/json;q=0.1, */*;q=0.5", "text/csv"),
        ("text/csv;q=0, */*", "application/json"),
        ("application/json, text/csv", "application/json"),
        ("text/html, application/xhtml+xml, */*;q=0.8", "application/json"),
    ],
)
def test_the_best_of_what_is_accepted_is_chosen(accept: str, chosen: str) -> None:
    assert choose(accept, OFFERED) == chosen


@pytest.mark.parametrize("accept", ["image/png", "*/*;q=0", "text/csv;q=0, application/*;q=0", "text/csv;q=much"])
def test_what_is_not_offered_is_refused(accept: str) -> None:
    with pytest.raises(AnOpsError, match="allows"):
        choose(accept, OFFERED)
