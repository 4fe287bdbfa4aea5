"""Reading tokens: who calls, and the list that an administrator sees."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, or_, select, tuple_
from sqlalchemy.orm import Session

from service.accounts.remembering import RememberedActors
from service.accounts.tables import Account, ApiToken
from service.accounts.usecases import PREFIX, digest, named_sources
from service.platform import Actor, Beyond, Database, Role, beyond_scope, region_prefix, web


class TokenAuthenticator:
    """Turns tokens into actors; remembers each for two seconds, so that busy partners cost no look-up each time."""

    def __init__(self, database: Database, *, below: Callable[[Session, str], Iterable[str]]) -> None:
        """`below` tells the authorities under one, by code; who they are is known to a room above."""
        self._database = database
        self._below = below
        self.remembered = RememberedActors[bytes]()

    def __call__(self, token: str) -> Actor | None:
        """The actor that holds this token, or None where there is none in force."""
        if not token.startswith(PREFIX):
            return None
        key = digest(token)
        return self.remembered.get(key, lambda: self._found(key))

    def _found(self, key: bytes) -> Actor | None:
        with self._database.reader() as session:
            found = session.scalars(select(ApiToken).where(ApiToken.hash == key)).one_or_none()
            return None if found is None else self._actor(session, found)

    def _actor(self, session: Session, row: ApiToken) -> Actor | None:
        ended = row.expires_at is not None and row.expires_at <= self._database.clock.now()
        if ended or row.revoked_at is not None:
            return None
        below = () if row.authority is None else self._below(session, row.authority)
        return Actor(
            "token",
            row.id,
            Role(row.role),
            row.authority,
            tuple(row.regions),
            row.subject,
            frozenset(below),
            row.person,
            tuple(row.sources),
            frozenset() if row.sources else named_sources(session),
            same_person(session, row.person),
            tuple(row.places),
        )


def same_person(session: Session, person: str | None) -> frozenset[str]:
    """`kind:id` of every token and account that a person holds or held: a revoked one has acted too."""
    if person is None:
        return frozenset()
    tokens = session.scalars(select(ApiToken.id).where(ApiToken.person == person))
    accounts = session.scalars(select(Account.id).where(Account.person == person))
    return frozenset([*(f"token:{one}" for one in tokens), *(f"account:{one}" for one in accounts)])


def names_of_hands(session: Session, hands: Iterable[str]) -> dict[str, str]:
    """What people call those who acted, by `kind:id`: accounts by their name, tokens by their label."""
    wanted = set(hands)
    ids = {
        kind: [one.partition(":")[2] for one in wanted if one.startswith(f"{kind}:")] for kind in ("account", "token")
    }
    with beyond_scope(session, Beyond.HANDS):
        accounts = session.execute(select(Account.id, Account.name).where(Account.id.in_(ids["account"]))).all()
        tokens = session.execute(select(ApiToken.id, ApiToken.label).where(ApiToken.id.in_(ids["token"]))).all()
    return {f"account:{one}": name for one, name in accounts} | {f"token:{one}": label for one, label in tokens}


def is_partner(session: Session, token_id: str, now: datetime) -> bool:
    """Whether this is the id of a token of a partner, neither revoked nor expired."""
    with beyond_scope(session, Beyond.HANDS):
        found = session.get(ApiToken, token_id)
    if found is None or found.role != Role.PARTNER.value or found.revoked_at is not None:
        return False
    return found.expires_at is None or found.expires_at > now


def list_tokens(session: Session, actor: Actor, page: web.Page) -> Sequence[ApiToken]:
    """Tokens inside the caller's scope, by (label, id)."""
    wanted = select(ApiToken).order_by(ApiToken.label, ApiToken.id).limit(page.limit + 1)
    if page.after is not None:
        wanted = wanted.where(tuple_(ApiToken.label, ApiToken.id) > page.after)
    if actor.authorities is not None:
        wanted = wanted.where(ApiToken.authority.in_(actor.authorities))
    if actor.regions:
        region = func.unnest(ApiToken.regions).column_valued("region")
        inside = or_(*(region.startswith(region_prefix(own)) for own in actor.regions))
        wanted = wanted.where(ApiToken.regions != (), ~select(region).where(~inside).exists())
    return session.scalars(wanted).all()
