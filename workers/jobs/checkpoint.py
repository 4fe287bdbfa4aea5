"""Sign how far the ledger is sealed, when it is time and there is something to sign and a key."""

from service.platform import CHECKPOINT_EVERY, Database, last_position, make_checkpoint, newest_checkpoint, signing_keys


def run(database: Database) -> None:
    """Make a checkpoint unless the last one is young, or nothing has been sealed yet.

    A ledger that is empty and was signed before is not a new one: that is told as a fault.
    """
    if not signing_keys():
        return
    with database.reader() as session:
        is_new = not last_position(session) and newest_checkpoint(session) is None
    if not is_new:
        make_checkpoint(database, least=CHECKPOINT_EVERY)
