"""Print the figures of the house: median file and the ratio of tests to code. They inform and never fail."""

import sys
from pathlib import Path
from statistics import median

from .tree import PROGRAM, python_files, read


def lines_of_code(path: Path) -> int:
    """The lines of a file that are neither blank nor a comment."""
    return sum(1 for line in read(path).splitlines() if line.strip() and not line.lstrip().startswith("#"))


def summary(code: list[int], tests: list[int]) -> str:
    """One line about two lists of file lengths."""
    ratio = sum(tests) / max(1, sum(code))
    return (
        f"{len(code)} files of code, median {median(code or [0]):.0f} lines (aim <= 100), largest {max(code or [0])}; "
        f"{sum(code)} lines of code, {sum(tests)} of tests, test : code {ratio:.2f} (aim 1.5 to 2.5)"
    )


def main() -> None:
    """Print the summary of this checkout; empty package files do not count."""
    code = [count for path in python_files(*PROGRAM) if (count := lines_of_code(path))]
    tests = [count for path in python_files("tests") if (count := lines_of_code(path))]
    sys.stdout.write(summary(code, tests) + "\n")


if __name__ == "__main__":
    main()
