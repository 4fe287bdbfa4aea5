"""The hours of a rehearsed draw: after all that the register has, and over by now."""

from datetime import UTC, datetime, timedelta

import click
import pytest

from service.cli.rehearsal.stage import AGO, TAKES, begin

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_the_first_draw_of_a_folder_begins_a_day_before() -> None:
    assert begin(NOW, None) == NOW - AGO


def test_a_further_draw_begins_where_the_register_ends() -> None:
    written = NOW - AGO + timedelta(hours=1)
    assert begin(NOW, written) == written
    assert begin(NOW, NOW - TAKES) == NOW - TAKES


def test_a_register_of_long_ago_does_not_send_the_draw_back() -> None:
    assert begin(NOW, NOW - timedelta(days=400)) == NOW - AGO


def test_where_no_hours_are_left_it_says_what_to_do() -> None:
    with pytest.raises(click.ClickException, match="--data"):
        begin(NOW, NOW - TAKES + timedelta(seconds=1))
