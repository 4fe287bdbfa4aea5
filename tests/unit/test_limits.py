"""The window counts each caller by itself and starts anew each minute."""

from service.api.limits import Window


def test_one_too_many_is_told_how_long_to_wait() -> None:
    window = Window()
    assert [window.hit("a", 2, seconds) for seconds in (60.0, 61.0, 75.5)] == [None, None, 45]


def test_callers_do_not_count_for_each_other() -> None:
    window = Window()
    assert [window.hit(caller, 1, 60.0) for caller in ("a", "b", "a")] == [None, None, 60]


def test_a_new_minute_starts_anew() -> None:
    window = Window()
    assert [window.hit("a", 1, seconds) for seconds in (0.0, 59.9, 60.0)] == [None, 1, None]
