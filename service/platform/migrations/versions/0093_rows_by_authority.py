"""Rows of case work, secrets and people are for whom the scope of a transaction reaches (ADR 25).

What a transaction reaches its setting ``xinjian.reach`` says (`service.platform.reach`); without it, nothing.
"""

import json

from alembic import op

revision = "0093"
down_revision = "0092"

# The release before says nothing, and goes on while hosts are upgraded in turn: it is known by the names under which it
# connects. PL/pgSQL: a function of SQL would be put into each statement anew, and planned with it.
REACH = """
CREATE FUNCTION reach() RETURNS jsonb LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
  said text := nullif(current_setting('xinjian.reach', true), '');
BEGIN
  IF said IS NULL THEN
    said := CASE WHEN current_setting('application_name') IN ('xinjian', 'xinjian metrics') THEN '*' ELSE '{}' END;
  END IF;
  RETURN CASE said WHEN '*' THEN '{"authorities": null, "regions": null}' ELSE said::jsonb END;
END
$$
"""
# True or null. Of IS NOT NULL the planner expects that it holds, of IS NULL that it does not: whoever reaches all
# is to get the plans that he would have without policies.
EVERY = """
CREATE FUNCTION reaches_every_{part}() RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
  RETURN nullif(reach() @> '{what}', false);
END
$$
"""
LISTED = """
CREATE FUNCTION reached_{name}() RETURNS text[] LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
  RETURN ARRAY(SELECT jsonb_array_elements_text(coalesce(nullif(reach() -> '{name}', 'null'), '[]')));
END
$$
"""
NAMED = """
CREATE FUNCTION reached_{name}() RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
  RETURN reach() ->> '{name}';
END
$$
"""
# As the owner: the policy of members asks that of visits, which would ask this one.
VISITS = """
CREATE FUNCTION reached_visits() RETURNS bigint[] LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
BEGIN
  RETURN ARRAY(SELECT DISTINCT visit_id FROM visit_member WHERE inspector = reach() ->> 'person');
END
$$
"""
# Who reaches a visit reaches what was joined to it; as the owner, since a policy cannot ask its own table.
WHOLE = """
CREATE FUNCTION reaches_whole(whole bigint) RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1
  SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN EXISTS (SELECT FROM visit WHERE id = whole
                    AND (authorities && reached_authorities() OR id = ANY (reached_visits())));
END
$$
"""
EVERYTHING = "(SELECT reaches_every_thing()) IS NOT NULL"
"""Scalar subqueries: each is asked once for a statement, whatever it reads."""
EVERY_AUTHORITY, EVERY_REGION = (f"(SELECT reaches_every_{part}()) IS NOT NULL" for part in ("authority", "region"))
OF_AUTHORITY = f"{EVERY_AUTHORITY} OR authority = ANY ((SELECT reached_authorities())::text[])"
OF_AUTHORITIES = f"{EVERY_AUTHORITY} OR authorities && (SELECT reached_authorities())"
OF_REGION = f"{EVERY_REGION} OR region ^@ ANY ((SELECT reached_regions())::text[])"
OF_ENTITY = "entity_key = (SELECT reached_subject())"
OF_TEAM = "id = ANY ((SELECT reached_visits())::bigint[])"
JOINED = "merged_into IS NOT NULL AND reaches_whole(merged_into)"
OF_PARENT = f"{EVERYTHING} OR EXISTS (SELECT FROM {{parent}} p WHERE p.{{key}} = {{column}})"
CASE_WORK = f"{EVERYTHING} OR (({OF_AUTHORITY}) AND ({OF_REGION})) OR {OF_ENTITY}"
ROWS = {
    "repair_case": CASE_WORK,
    "reply": CASE_WORK,
    "entity_notice": CASE_WORK,
    "visit": f"{OF_AUTHORITIES} OR {OF_ENTITY} OR {OF_TEAM} OR {JOINED}",
    "visit_refusal": f"{OF_AUTHORITIES} OR {OF_ENTITY}",
    "api_token": OF_AUTHORITY,
    "account": f"{OF_AUTHORITY} OR id = (SELECT reached_account())",
    "webhook_partner": OF_AUTHORITY,
}
PARTS = {
    ("repair_case", "id"): {"repair_step": "case_id", "repair_material": "case_id", "repair_alarm": "case_id"},
    ("reply", "id"): {"reply_act": "reply_id"},
    ("entity_notice", "id"): {"entity_notice_text": "notice_id", "entity_notice_service": "notice_id"},
    ("visit", "id"): dict.fromkeys(
        (
            "rectification_order",
            "visit_act",
            "visit_entry_code",
            "visit_file",
            "visit_finding",
            "visit_member",
            "visit_outcome",
            "visit_record",
            "visit_register_proposal",
        ),
        "visit_id",
    ),
    ("visit_record", "id"): {"visit_signature": "record_id"},
    ("account", "id"): dict.fromkeys(("second_factor", "recovery_code", "linked_identity"), "account_id"),
    ("webhook_partner", "code"): {"webhook_secret": "partner"},
}
SECRETS = f"{EVERYTHING} OR EXISTS (SELECT FROM draw d WHERE d.id = draw_id AND ({OF_AUTHORITY}))"
OF_HOLDER = (
    f"({EVERY_AUTHORITY} OR a.code = ANY ((SELECT reached_authorities())::text[]))"
    f" AND ({EVERY_REGION} OR e.region ^@ ANY ((SELECT reached_regions())::text[]))"
)
CODES = (
    f"{EVERYTHING} OR subject = (SELECT reached_subject()) OR EXISTS (SELECT FROM entity e"  # noqa: S608 - constants
    f" JOIN authority a ON a.id = e.authority_id WHERE e.public_key = visitor_code.subject AND {OF_HOLDER})"
)
MERGES = f"{EVERYTHING} OR EXISTS (SELECT FROM visit v WHERE v.id IN (visit_id, other_id))"


def upgrade() -> None:
    op.execute(REACH)
    both = {"authorities": None, "regions": None}
    for part, what in (("authority", ["authorities"]), ("region", ["regions"]), ("thing", both)):
        op.execute(EVERY.format(part=part, what=json.dumps(dict.fromkeys(what))))
    for name in ("authorities", "regions"):
        op.execute(LISTED.format(name=name))
    for name in ("subject", "account"):
        op.execute(NAMED.format(name=name))
    op.execute(VISITS)
    op.execute(WHOLE)
    for table, rule in ROWS.items():
        protect(table, rule)
    for (parent, key), parts in PARTS.items():
        for table, column in parts.items():
            protect(table, OF_PARENT.format(parent=parent, key=key, column=f"{table}.{column}"))
    for table in ("draw_secret", "draw_secret_again"):
        protect(table, SECRETS)
    protect("visitor_code", CODES)
    protect("visit_merge_proposal", MERGES)


def protect(table: str, rule: str) -> None:
    op.execute(f"CREATE POLICY {table}_reached ON {table} USING ({rule}) WITH CHECK ({rule})")
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
