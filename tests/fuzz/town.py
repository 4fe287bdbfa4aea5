"""The furnished town against which routes are fuzzed: a demonstration city, rated, drawn from and visited."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from service.accounts import issue_token
from service.cli.runtime import runtime
from service.platform import Role, job_actor
from service.register import registered_scope
from tests.builders.folders import server_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZE: Final = 300
DATABASE: Final = "FUZZ_DATABASE_URL"
TOKEN: Final = "FUZZ_TOKEN"


class Town(NamedTuple):
    """The folder of the town; its servers run, and ``FUZZ_DATABASE_URL`` says where."""

    folder: Path


@contextmanager
def furnished_town(folder: Path | None) -> Iterator[Town]:
    """A town that runs until the block ends; one that was made in a folder named is kept for the next time."""
    kept = folder is not None
    place = folder.absolute() if folder else Path(server_folder())
    try:
        if not (place / "demo-accounts.json").exists():
            place.mkdir(parents=True, exist_ok=True)
            command = [sys.executable, "-m", "service.cli", "demo", "--size", str(SIZE), "--json", "--data", str(place)]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        with runtime(place) as running:
            os.environ |= {DATABASE: running.environ["DATABASE_URL"], "REDIS_URL": running.environ["REDIS_URL"]}
            with running.database.unit_of_work(job_actor("fuzzing")) as uow:
                issued = issue_token(uow=uow, registered=registered_scope, role=Role.ADMINISTRATOR, label="fuzzing")
            os.environ[TOKEN] = issued.token
            yield Town(place)
    finally:
        if not kept:
            shutil.rmtree(place, ignore_errors=True)
