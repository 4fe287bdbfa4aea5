"""Run by the release before, in a process of its own: a small rated town and a token, told as JSON on one line."""

import json
import os
import sys
from datetime import date
from io import BytesIO

from service import register, sample
from service.accounts import issue_token
from service.cli.prepare import prepare
from service.cli.runtime import OPERATOR, Runtime
from service.platform import Database, Role, migrate
from service.ratings import drain

ENTITIES = 150


def main() -> None:
    """Make the town in the database of the environment."""
    migrate(os.environ["DATABASE_URL"])
    database = Database(os.environ["DATABASE_URL"])
    prepare(Runtime(database, {}))
    entities, events = BytesIO(), BytesIO()
    sample.write(sample.City(seed="upgrade", size=ENTITIES, until=date(2026, 6, 30)), entities, events)
    rows = [json.loads(line) for line in entities.getvalue().splitlines()]
    entities.seek(0)
    register.import_entities(database.unit_of_work, actor=OPERATOR, stream=entities, file_format="ndjson")
    drain(database=database)
    with database.unit_of_work(OPERATOR) as uow:
        known = register.registered_scope
        issued = issue_token(uow=uow, registered=known, role=Role.ADMINISTRATOR, label="t", sources=("upgrade",))
    database.close()
    keys = [row["key"] for row in rows if row.get("established_on", "") < "2026"]
    sys.stdout.write(json.dumps({"token": issued.token, "keys": keys}) + "\n")


if __name__ == "__main__":
    main()
