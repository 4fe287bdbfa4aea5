"""Wake-ups off the path of a request."""

from __future__ import annotations

import pytest

from service.platform import nudge


def test_a_nudge_names_work_of_the_catalogue() -> None:
    with pytest.raises(KeyError):
        nudge("no such work")
