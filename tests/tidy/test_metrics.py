"""The page about metrics tells what the program tells, and no label takes values without end."""

import pytest

from .metrics import Metric, held, labels_told, page, registered, told


def differences(text: str) -> set[Metric]:
    return set(told(text)) ^ set(held())


def test_every_metric_is_on_the_page_with_its_type_and_labels_and_nothing_else() -> None:
    assert len(held()) > 30
    assert differences(page()) == set()


def test_the_page_tells_each_once() -> None:
    names = [one.name for one in told(page())]
    assert sorted(names) == sorted(set(names))


def test_whatever_is_registered_is_one_that_is_known() -> None:
    assert registered() <= {one.name.removesuffix("_total") for one in held()}


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("| `redis_up` |", "| `redis_upp` |"),
        ("| `redis_up` | gauge |", "| `redis_up` | counter |"),
        ("| `jobs_total` | counter | work, outcome |", "| `jobs_total` | counter | work |"),
    ],
)
def test_a_page_that_tells_otherwise_is_found(written: str, instead: str) -> None:
    assert written in page()
    assert differences(page().replace(written, instead))


def test_every_label_is_one_whose_values_are_told() -> None:
    assert sorted({label for one in held() for label in one.labels}) == sorted(labels_told(page()))


PERSONAL = {"key", "entity", "path", "url", "login", "account", "person", "name", "address", "ip", "token", "subject"}


def test_no_label_is_a_name_for_what_callers_make_up() -> None:
    assert not PERSONAL & {label for one in held() for label in one.labels}
