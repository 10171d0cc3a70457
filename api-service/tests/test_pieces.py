"""Large requests are cut into few pieces for a fast model, and into short ones for a slow one."""

from __future__ import annotations

from anops_api_service.queue.pieces import FEWEST_ROWS, FIRST_ROWS, PIECE_SECONDS, Pieces


def test_a_model_whose_speed_is_unknown_gets_a_careful_piece() -> None:
    assert Pieces(workers=2, max_rows=8192).rows_for(10_000) == FIRST_ROWS


def test_a_fast_model_gets_a_share_for_each_worker() -> None:
    pieces = Pieces(workers=2, max_rows=8192)
    pieces.note(1024, 0.001)
    assert pieces.rows_for(10_000) == 5_000
    assert pieces.rows_for(1_000) >= 1_000


def test_a_piece_has_at_most_the_allowed_rows() -> None:
    pieces = Pieces(workers=2, max_rows=800)
    pieces.note(800, 0.001)
    assert pieces.rows_for(10_000) == 800


def test_a_piece_for_a_slow_model_takes_no_longer_than_others_may_wait() -> None:
    pieces = Pieces(workers=2, max_rows=8192)
    pieces.note(1000, 1.0)
    assert pieces.rows_for(10_000) == 1000 * PIECE_SECONDS
    for _ in range(20):
        pieces.note(64, 64.0)
    assert pieces.rows_for(10_000) == FEWEST_ROWS


def test_small_batches_say_nothing_of_the_speed() -> None:
    pieces = Pieces(workers=2, max_rows=8192)
    pieces.note(1, 0.5)
    assert pieces.rows_for(10_000) == FIRST_ROWS
