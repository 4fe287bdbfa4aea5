-- Staged occasions that nothing speaks against; as stage_event_store.sql.
INSERT INTO occasion (entity_id, source, source_ref, body_sha256, type, held_on, closed, kinds, probability, audit_id)
SELECT n.id, s.source, s.source_ref, s.sha256, s.type, s.held_on, s.closed, s.kinds, s.probability,
       %(audit_id)s
  FROM stage_occasion s JOIN entity n ON n.public_key = s.entity JOIN authority a ON a.id = n.authority_id
 WHERE (%(authorities)s::text[] IS NULL OR a.code = ANY(%(authorities)s::text[]))
   AND (%(regions)s::text[] IS NULL OR EXISTS (
         SELECT FROM unnest(%(regions)s::text[]) AS r (prefix) WHERE starts_with(n.region, r.prefix)))
   AND s.latest <= (%(now)s::timestamptz AT TIME ZONE a.timezone)::date
   AND (%(rows)s::bigint[] IS NOT NULL OR (
         (n.body ->> 'established_on' IS NULL OR s.held_on >= (n.body ->> 'established_on')::date)
     AND (n.status <> ALL(%(ended_by)s::text[]) OR n.body ->> 'status_on' IS NULL
           OR s.held_on <= (n.body ->> 'status_on')::date)))
   AND (%(rows)s::bigint[] IS NULL OR s.row = ANY(%(rows)s::bigint[]))
 ORDER BY s.row
    {on_conflict}
