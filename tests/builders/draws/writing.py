"""Write the vectors: ``python -m tests.builders.draws.writing`` after the protocol or a builder has changed."""

import json
from pathlib import Path
from typing import Any

from scoring.sampling.verify import Outside, read_transcript, verify

from .features import Vector, accepted
from .forging import refused_forgeries
from .further import accepted_further, refused_further
from .tampering import refused

FOLDER = Path(__file__).parents[2] / "vectors" / "draw"


def outside_of(options: dict[str, Any], files: dict[str, bytes]) -> Outside:
    """What the options of a vector mean; ``previous`` names another vector."""
    noted, _, at = options.get("head", "").partition("@")
    number, _, signature = options.get("primary", "").partition(":")
    previous = options.get("previous", "")
    return Outside(
        commitment=options.get("commitment", ""),
        head=(noted, int(at)) if at else None,
        beacon=tuple(options.get("beacon", [])),
        primary=(int(number), signature) if signature else None,
        previous=read_transcript(files[previous]) if previous else None,
        snapshots=tuple(each.encode() for each in options.get("snapshot", [])),
        now=options.get("now"),
    )


def vectors() -> dict[str, tuple[bytes, dict[str, Any]]]:
    """Every file by its path, and its line of the index: options, and the verdicts or the code expected."""
    files: dict[str, tuple[Vector, str]] = {
        f"accept/{name}.json": (each, "") for name, each in {**accepted(), **accepted_further()}.items()
    }
    refusals = {**refused(), **refused_further(), **refused_forgeries()}
    files |= {f"reject/{name}.json": (each, code) for name, (code, each) in refusals.items()}
    data = {path: each.data for path, (each, _) in files.items()}
    made: dict[str, tuple[bytes, dict[str, Any]]] = {}
    for path, (each, code) in files.items():
        line: dict[str, Any] = {"file": path, "options": each.options}
        if code:
            line["fails"] = code
        else:
            report = verify(each.data, outside_of(each.options, data))
            line["verdicts"] = {said.code: said.verdict for said in report.said}
        made[path] = (each.data, line)
    return made


def index_of(made: dict[str, tuple[bytes, dict[str, Any]]]) -> bytes:
    """The index beside the files."""
    lines = [line for _, line in made.values()]
    return (json.dumps(lines, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def main() -> None:
    """Write every vector and the index."""
    made = vectors()
    for path, (data, _) in made.items():
        (FOLDER / path).parent.mkdir(parents=True, exist_ok=True)
        (FOLDER / path).write_bytes(data)
    (FOLDER / "index.json").write_bytes(index_of(made))


if __name__ == "__main__":
    main()
