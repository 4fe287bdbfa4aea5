"""Work spread over the processors of a small machine: the arrays let go of the interpreter while they compute."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future

THREADS: Final = 2
Given = TypeVar("Given")
Made = TypeVar("Made")


def at_once(work: Callable[[Given], Made], given: Iterable[Given]) -> Iterator[Made]:
    """What the work makes of each, in order; one more than is worked on is taken ahead.

    Whoever stops asking ends the work with what is at work then.
    """
    with ThreadPoolExecutor(THREADS, thread_name_prefix="studio") as pool:
        coming: deque[Future[Made]] = deque()
        try:
            for each in given:
                coming.append(pool.submit(work, each))
                if len(coming) > THREADS:
                    yield coming.popleft().result()
            while coming:
                yield coming.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)
