"""Editions with the one-at-a-time rule; ratings, heads, quarantine."""

from alembic import op

from service.platform.migrations.insert_only import insert_only

revision = "0004"
down_revision = "0003"

TABLES = """
CREATE TABLE edition (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_edition PRIMARY KEY,
  edition_id text NOT NULL CONSTRAINT uq_edition_edition_id UNIQUE,
  rulebook text NOT NULL,
  digest text NOT NULL CONSTRAINT uq_edition_digest UNIQUE,
  text text NOT NULL,
  audit_id bigint NOT NULL,
  recorded_at timestamptz NOT NULL
);
CREATE INDEX ix_edition_rulebook ON edition (rulebook);
CREATE TABLE edition_scope_key (
  id integer GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_edition_scope_key PRIMARY KEY,
  name text NOT NULL CONSTRAINT uq_edition_scope_key_name UNIQUE
);
CREATE TABLE edition_force (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_edition_force PRIMARY KEY,
  edition bigint NOT NULL CONSTRAINT fk_edition_force_edition_edition REFERENCES edition (id),
  scope integer NOT NULL CONSTRAINT fk_edition_force_scope_edition_scope_key REFERENCES edition_scope_key (id),
  kind integer NOT NULL CONSTRAINT fk_edition_force_kind_edition_scope_key REFERENCES edition_scope_key (id),
  period daterange NOT NULL,
  reason text NOT NULL,
  audit_id bigint NOT NULL,
  CONSTRAINT ex_edition_force_one_at_a_time
    EXCLUDE USING gist (int4range(scope, scope, '[]') WITH &&, int4range(kind, kind, '[]') WITH &&, period WITH &&)
);
CREATE TABLE rating (
  id bigint GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME rating_id_seq) CONSTRAINT pk_rating PRIMARY KEY,
  entity_id bigint NOT NULL,
  kind text NOT NULL,
  as_of date NOT NULL,
  computed_at timestamptz NOT NULL,
  edition text,
  state text NOT NULL,
  reason text,
  score bigint,
  grade text,
  tier text,
  next_change_on date,
  digest bytea NOT NULL,
  document text NOT NULL
);
CREATE INDEX ix_rating_entity_kind_id ON rating (entity_id, kind, id);
CREATE TABLE rating_head (
  entity_id bigint NOT NULL CONSTRAINT pk_rating_head PRIMARY KEY,
  key text CONSTRAINT uq_rating_head_key UNIQUE,
  name text,
  authority text,
  region text,
  time_zone text,
  natural_person boolean NOT NULL DEFAULT false,
  disputed boolean NOT NULL DEFAULT false,
  as_of date,
  computed_at timestamptz,
  state text,
  tier text,
  next_change_on date,
  rating_ids bigint[] NOT NULL DEFAULT '{}',
  summary jsonb NOT NULL DEFAULT '{}',
  domains jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX ix_rating_head_next_change_on ON rating_head (next_change_on);
CREATE INDEX ix_rating_head_tier ON rating_head (tier);
CREATE TABLE rating_quarantine (
  entity_id bigint NOT NULL CONSTRAINT pk_rating_quarantine PRIMARY KEY,
  since timestamptz NOT NULL,
  attempts integer NOT NULL,
  error text NOT NULL
);
CREATE TABLE rating_reconciler (
  id smallint NOT NULL CONSTRAINT pk_rating_reconciler PRIMARY KEY,
  last_entity bigint NOT NULL
)
"""


def upgrade() -> None:
    for statement in TABLES.split(";"):
        op.execute(statement)
    for table in ("edition", "rating"):
        insert_only(table)
