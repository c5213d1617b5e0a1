"""The pause after wrong passwords: whom it stops, whom it does not, and that it ends."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sync import brake
from sync.brake import PAUSE, TRIES, Brake

NOW = datetime(2025, 8, 3, 1, 30, tzinfo=UTC)


def guessed(times: int = TRIES) -> Brake:
    made = Brake()
    began = [made.note_wrong("li", "10.0.0.1", NOW) for _ in range(times)]
    assert began.count(True) == (1 if times >= TRIES else 0)
    return made


def test_it_begins_after_so_many() -> None:
    assert not guessed(TRIES - 1).is_on("li", "10.0.0.1", NOW)
    assert guessed().is_on("li", "10.0.0.1", NOW)


def test_nobody_else_waits() -> None:
    assert not guessed().is_on("wang", "10.0.0.1", NOW), "another phone behind the same address"
    assert not guessed().is_on("li", "10.0.0.2", NOW), "the same person elsewhere"


@given(st.lists(st.integers(0, 59), max_size=200))
def test_going_on_does_not_make_it_longer(seconds: list[int]) -> None:
    made = guessed()
    for second in sorted(seconds):
        made.note_wrong("li", "10.0.0.1", NOW + timedelta(seconds=second))
    assert not made.is_on("li", "10.0.0.1", NOW + PAUSE)


def test_it_forgets_rather_than_grows() -> None:
    made = Brake()
    for number in range(brake.REMEMBERED + 50):
        made.note_wrong(str(number), "10.0.0.1", NOW)
    assert len(made._wrong) == brake.REMEMBERED
