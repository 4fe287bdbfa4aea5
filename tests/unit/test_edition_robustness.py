"""Whatever a text does, reading gives an edition or findings, and the lint gives findings: never another error."""

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.edition import check, check_chain, parse
from scoring.kernel.errors import EditionError, Finding
from tests.law_cases import shipped

TEXTS = [shipped.text(name) for name in ("bj-culture", "tax-credit", "nyc-restaurants")]
VALUES = st.sampled_from(
    [
        "1",
        "-1",
        "0",
        "2.5",
        "1e9",
        "nan",
        "true",
        '""',
        '"x"',
        '"A"',
        "[]",
        "[[]]",
        "{}",
        "[{}]",
        "2026-01-01",
        "{ a = 1 }",
    ]
)


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """A shipped text with some lines gone, doubled, moved, or with another value."""
    lines = draw(st.sampled_from(TEXTS)).splitlines()
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(["drop", "double", "value", "move"])):
            case "drop":
                del lines[at]
            case "double":
                lines.insert(at, lines[at])
            case "value":
                key, equals, _ = lines[at].partition(" = ")
                lines[at] = key + equals + draw(VALUES) if equals else lines[at]
            case _:
                lines.insert(draw(st.integers(0, len(lines) - 1)), lines.pop(at))
    return "\n".join(lines)


def refusals(text: str) -> tuple[Finding, ...]:
    try:
        edition = parse(text)
    except EditionError as refused:
        return refused.findings
    found = check(edition)
    assert found == check(edition)
    check_chain([parse(TEXTS[0]), edition])
    return ()


@settings(max_examples=100, deadline=None)
@given(damaged())
def test_a_damaged_edition_is_read_or_refused(text: str) -> None:
    assert all(found.code and found.zh and found.en for found in refusals(text))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_refused_with_findings(text: str) -> None:
    assert refusals(text)


def test_deep_nesting_in_a_section_is_refused() -> None:
    deep = TEXTS[1] + "\n[publicity]\n" + ".".join(["a"] * 3000) + " = 1\n"
    assert "too_deep" in {found.code for found in refusals(deep)}
