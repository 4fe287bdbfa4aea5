"""Lines of a file in blocks cut anywhere: what a survey says of it is what the lines say."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from service.evidence.bulk.limits import Limits
from service.evidence.bulk.lines import BYTE_ORDER_MARK, Line, lines, surveyed
from service.platform import Problem

LIMITS = Limits(line=8)
_content = st.lists(st.sampled_from([b"a", b"{}", b" ", b"\r", b"\n", b"\n", BYTE_ORDER_MARK, b"x" * 7]), max_size=12)


def _surveyed(blocks: list[bytes]) -> object:
    """The size and the first line, or why the file is refused."""
    seen: list[Line] = []
    try:
        return surveyed(blocks, LIMITS, seen.append), seen[0].number, seen[0].content, seen[0].start
    except Problem as problem:
        return problem.code, problem.params


def _by_lines(blocks: list[bytes]) -> object:
    found: list[Line] = []
    try:
        found.extend(lines(blocks, LIMITS))
    except Problem as problem:
        return problem.code, problem.params
    if not any(line.content.strip() for line in found):
        return "file_empty", {}
    return found[-1].end, found[0].number, found[0].content, found[0].start


@settings(max_examples=200, deadline=None)
@given(_content, st.sets(st.integers(1, 30)))
def test_a_survey_says_of_a_file_what_its_lines_say(pieces: list[bytes], cuts: set[int]) -> None:
    content = b"".join(pieces)
    edges = [0, *sorted(cut for cut in cuts if cut < len(content)), len(content)]
    blocks = [content[start:end] for start, end in pairwise(edges)]
    assert _surveyed(blocks) == _by_lines(blocks)


@settings(max_examples=100, deadline=None)
@given(_content, st.integers(1, 9))
def test_every_line_tells_its_place(pieces: list[bytes], width: int) -> None:
    content = b"".join(pieces)
    blocks = [content[start : start + width] for start in range(0, len(content), width)]
    found = list(lines(blocks, Limits()))
    assert [line.number for line in found] == list(range(1, len(found) + 1))
    ends = [0, *(line.end for line in found)]
    assert ends[-1] == len(content)
    for line, (begin, end) in zip(found, pairwise(ends), strict=True):
        assert content[line.start : line.start + len(line.content)] == line.content
        assert content[begin:end].removeprefix(BYTE_ORDER_MARK if begin == 0 else b"").rstrip(b"\r\n") in line.content
