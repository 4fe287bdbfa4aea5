"""Who acts: the one identity that every write names."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a caller may be; `access.toml` says what each may do."""

    ADMINISTRATOR = "administrator"
    HANDLER = "handler"
    APPROVER = "approver"
    RULEBOOK_EDITOR = "rulebook_editor"
    INSPECTOR = "inspector"
    AUDITOR = "auditor"
    PARTNER = "partner"
    ENTITY = "entity"
    PUBLIC = "public"


STAFF = frozenset({
    Role.ADMINISTRATOR,
    Role.HANDLER,
    Role.APPROVER,
    Role.RULEBOOK_EDITOR,
    Role.INSPECTOR,
    Role.AUDITOR,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Actor:
    """A caller with its scope.

    Attributes:
        kind: what stands behind it: `token`, `account`, `visitor` (an entity in its browser), `operator` (the
            command line), `job`, `anonymous`.
        id: stable within the kind, never a secret.
        role: one role.
        authority: code of the authority it acts for; None is every authority.
        person: staff code of the person behind it, as the roster of inspectors writes it; None where nobody was named.
        below: codes of the authorities under that one when the caller signed in; its scope reaches them as well.
        regions: GB/T 2260 codes it may reach, each with all it contains; empty is every region.
        subject: for the role `entity`, the public key of the entity that it speaks for.
        sources: the systems under whose names it writes evidence; empty is every one that no token names.
        places: for the role `partner`, the places for which it speaks, where it shows records or holds them.
        others: sources that tokens named when a caller without `sources` signed in.
        same: `kind:id` of every token and account of that person, this one among them; empty where nobody was named.
    """

    kind: str
    id: str
    role: Role
    authority: str | None = None
    regions: tuple[str, ...] = ()
    subject: str | None = None
    below: frozenset[str] = frozenset()
    person: str | None = None
    sources: tuple[str, ...] = ()
    others: frozenset[str] = frozenset()
    same: frozenset[str] = frozenset()
    places: tuple[str, ...] = ()

    @property
    def authorities(self) -> list[str] | None:
        """Codes of every authority that the scope reaches, for a query; None is every authority."""
        return None if self.authority is None else [self.authority, *sorted(self.below)]

    @property
    def hands(self) -> frozenset[str]:
        """Every `kind:id` under which the same person may have acted: nobody is two by holding two tokens."""
        return self.same | {f"{self.kind}:{self.id}"}

    @property
    def is_staff(self) -> bool:
        """Whether the caller belongs to an authority."""
        return self.role in STAFF

    def may_see(self, authority: str | None, region: str | None) -> bool:
        """Whether the scope reaches a thing of this authority and region.

        None on the thing's side means that the thing has none, which a narrower scope does not reach.
        """
        if not self.reaches(authority):
            return False
        return not self.regions or (region is not None and any(contains(own, region) for own in self.regions))

    def may_write_under(self, source: str) -> bool:
        """Whether the caller may record evidence under the name of this source."""
        return source in self.sources if self.sources else source not in self.others

    def reaches(self, authority: str | None) -> bool:
        """Whether the scope reaches this authority: its own, one below it, or any where it has none."""
        return self.authority is None or authority == self.authority or authority in self.below


@dataclass(frozen=True, slots=True)
class Scope:
    """What a token is to reach, as asked for; see `Actor` for its parts."""

    authority: str | None = None
    regions: tuple[str, ...] = ()
    subject: str | None = None
    sources: tuple[str, ...] = ()


def contains(outer: str, inner: str) -> bool:
    """Whether region `outer` is `inner` or contains it."""
    return inner.startswith(region_prefix(outer))


def region_prefix(code: str) -> str:
    """What the codes of all regions inside begin with: GB/T 2260 codes nest by pairs of digits, 00 closes a level."""
    while code.endswith("00"):
        code = code[:-2]
    return code


def job_actor(name: str) -> Actor:
    """The actor of a periodic or queued job, named in the audit ledger like anybody else."""
    return Actor(kind="job", id=name, role=Role.ADMINISTRATOR)


ANONYMOUS = Actor(kind="anonymous", id="anonymous", role=Role.PUBLIC)
