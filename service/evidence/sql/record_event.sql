-- One event in one statement: looked up, held against what is known, stored, audited and marked.
-- The conditions are those of judgement.judge, which explains what is not stored from the same facts.
WITH known AS MATERIALIZED (
  SELECT n.id, a.code AS authority, n.region, (%(now)s::timestamptz AT TIME ZONE a.timezone)::date AS today,
         (n.body ->> 'established_on')::date AS established,
         CASE WHEN n.status = ANY(%(ended_by)s::text[]) THEN (n.body ->> 'status_on')::date END AS ended
    FROM entity n JOIN authority a ON a.id = n.authority_id
   WHERE n.public_key = %(entity)s
), held AS MATERIALIZED (
  SELECT id, body_sha256 FROM event WHERE source = %(source)s AND source_ref = %(source_ref)s
), visit AS MATERIALIZED (
  SELECT id, entity_id FROM occasion WHERE source = %(source)s AND source_ref = %(occasion)s
), stored AS (
  INSERT INTO event (entity_id, source, source_ref, body_sha256, decision_kind, code, severity, decided_on, final,
                     value, occasion_id, case_ref, kinds, corrected_on, performed_on, publicity_ends_on, attributes,
                     audit_id)
  SELECT k.id, %(source)s, %(source_ref)s, %(sha256)s, %(decision_kind)s, %(code)s, %(severity)s,
         %(decided_on)s::date, %(final)s, %(value)s::bigint, v.id, %(case_ref)s, %(kinds)s::text[],
         %(corrected_on)s::date, %(performed_on)s::date, %(publicity_ends_on)s::date, %(attributes)s::jsonb,
         %(audit_id)s
    FROM known k LEFT JOIN visit v ON true
   WHERE NOT EXISTS (SELECT FROM held)
     AND (%(authorities)s::text[] IS NULL OR k.authority = ANY(%(authorities)s::text[]))
     AND (%(regions)s::text[] IS NULL OR EXISTS (
           SELECT FROM unnest(%(regions)s::text[]) AS r (prefix) WHERE starts_with(k.region, r.prefix)))
     AND (%(occasion)s::text IS NULL OR v.entity_id = k.id)
     AND greatest(%(decided_on)s::date, %(corrected_on)s::date, %(performed_on)s::date) <= k.today
     AND (%(early)s OR k.established IS NULL OR %(decided_on)s::date >= k.established)
     AND (%(late)s OR k.ended IS NULL OR %(decided_on)s::date <= k.ended)
  ON CONFLICT DO NOTHING RETURNING id, entity_id
)
{traces}
SELECT k.id, k.authority, k.region, k.today, k.established, k.ended, h.id, h.body_sha256, v.id, v.entity_id, s.id
  FROM (SELECT) AS one LEFT JOIN known k ON true LEFT JOIN held h ON true LEFT JOIN stored s ON true
       LEFT JOIN visit v ON true
