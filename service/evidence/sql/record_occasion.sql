-- One occasion in one statement; as record_event.sql.
WITH known AS MATERIALIZED (
  SELECT n.id, a.code AS authority, n.region, (%(now)s::timestamptz AT TIME ZONE a.timezone)::date AS today,
         (n.body ->> 'established_on')::date AS established,
         CASE WHEN n.status = ANY(%(ended_by)s::text[]) THEN (n.body ->> 'status_on')::date END AS ended
    FROM entity n JOIN authority a ON a.id = n.authority_id
   WHERE n.public_key = %(entity)s
), held AS MATERIALIZED (
  SELECT id, body_sha256 FROM occasion WHERE source = %(source)s AND source_ref = %(source_ref)s
), stored AS (
  INSERT INTO occasion (entity_id, source, source_ref, body_sha256, type, held_on, closed, kinds, probability,
                        audit_id)
  SELECT k.id, %(source)s, %(source_ref)s, %(sha256)s, %(type)s, %(held_on)s::date, %(closed)s, %(kinds)s::text[],
         %(probability)s::bigint, %(audit_id)s
    FROM known k
   WHERE NOT EXISTS (SELECT FROM held)
     AND (%(authorities)s::text[] IS NULL OR k.authority = ANY(%(authorities)s::text[]))
     AND (%(regions)s::text[] IS NULL OR EXISTS (
           SELECT FROM unnest(%(regions)s::text[]) AS r (prefix) WHERE starts_with(k.region, r.prefix)))
     AND %(held_on)s::date <= k.today
     AND (k.established IS NULL OR %(held_on)s::date >= k.established)
     AND (k.ended IS NULL OR %(held_on)s::date <= k.ended)
  ON CONFLICT DO NOTHING RETURNING id, entity_id
)
{traces}
SELECT k.id, k.authority, k.region, k.today, k.established, k.ended, h.id, h.body_sha256, NULL, NULL, s.id
  FROM (SELECT) AS one LEFT JOIN known k ON true LEFT JOIN held h ON true LEFT JOIN stored s ON true
