"""Sign how far the ledger is sealed, when it is time and there is something to sign and a key."""

from service.platform import CHECKPOINT_EVERY, Database, make_checkpoint, signing_keys


def run(database: Database) -> None:
    """Make a checkpoint unless the last one is young."""
    if signing_keys():
        make_checkpoint(database, least=CHECKPOINT_EVERY)
