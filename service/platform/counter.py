"""Numbers without gaps (draws, cases): sequences leave gaps where a transaction is undone."""

from sqlalchemy.dialects.postgresql import insert

from service.platform.tables import Counter
from service.platform.unit_of_work import UnitOfWork


def next_number(unit: UnitOfWork, name: str) -> int:
    """The next number of the series `name`, from 1; the series stays locked until the transaction ends."""
    first = insert(Counter).values(name=name, value=1)
    raised = first.on_conflict_do_update(index_elements=["name"], set_={"value": Counter.value + 1})
    return unit.session.execute(raised.returning(Counter.value)).scalar_one()
