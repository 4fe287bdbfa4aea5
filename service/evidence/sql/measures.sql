-- Measures in scope, each with how it stands on a day (else today at the entity's authority), as known at a sealed
-- position (else all that is committed). Those of records withdrawn by law are not there.
SELECT m.id, n.public_key AS entity, n.natural_person, n.region, a.code AS supervisor, t.today, m.event_id AS record,
       m.source, m.source_ref, m.kind, m.basis, m.document, m.authority, m.starts_on, m.ends_on, s.state, x.acts,
       w.actor_kind || ':' || w.actor_id AS person
  FROM measure m JOIN event e ON e.id = m.event_id JOIN entity n ON n.id = e.entity_id
       JOIN authority a ON a.id = n.authority_id
       LEFT JOIN audit w ON w.id = m.audit_id
       CROSS JOIN LATERAL (
         SELECT coalesce(%(as_of)s::date, (%(now)s::timestamptz AT TIME ZONE a.timezone)::date) AS today) AS t
       CROSS JOIN LATERAL (
         SELECT coalesce(jsonb_agg(jsonb_build_object(
                  'act', y.act, 'on', y.acted_on, 'until', y.until, 'cause', y.cause, 'reference', y.reference,
                  'reason', y.reason) ORDER BY y.id), '[]'::jsonb) AS acts,
                (array_agg(y.act ORDER BY y.id DESC))[1] AS act,
                (array_agg(y.until ORDER BY y.id DESC))[1] AS until
           FROM measure_act y
          WHERE y.measure_id = m.id AND y.acted_on <= t.today
            AND (%(position)s::bigint IS NULL OR EXISTS (
                  SELECT FROM ledger_seal z WHERE z.audit_id = y.audit_id AND z.seq <= %(position)s))) AS x
       CROSS JOIN LATERAL (
         SELECT CASE WHEN x.act = 'lifted' THEN 'lifted'
                     WHEN m.ends_on < t.today THEN 'ended'
                     WHEN x.act = 'suspended' AND (x.until IS NULL OR x.until >= t.today) THEN 'suspended'
                     WHEN m.starts_on > t.today THEN 'upcoming'
                     ELSE 'in_force' END AS state) AS s
 WHERE m.id > %(after)s
   AND (%(position)s::bigint IS NULL OR EXISTS (
         SELECT FROM ledger_seal z WHERE z.audit_id = m.audit_id AND z.seq <= %(position)s))
   AND NOT EXISTS (
         SELECT FROM event_act y
          WHERE y.event_id = e.id AND y.act = 'withdrawal'
            AND (%(position)s::bigint IS NULL OR EXISTS (
                  SELECT FROM ledger_seal z WHERE z.audit_id = y.audit_id AND z.seq <= %(position)s)))
   AND (%(id)s::bigint IS NULL OR m.id = %(id)s)
   AND (%(record)s::bigint IS NULL OR m.event_id = %(record)s)
   AND (%(entities)s::bigint[] IS NULL OR e.entity_id = ANY(%(entities)s))
   AND (%(state)s::text IS NULL OR s.state = %(state)s)
   AND (%(authorities)s::text[] IS NULL OR a.code = ANY(%(authorities)s::text[]))
   AND (%(regions)s::text[] IS NULL OR EXISTS (
         SELECT FROM unnest(%(regions)s::text[]) AS r (prefix) WHERE starts_with(n.region, r.prefix)))
 ORDER BY m.id LIMIT %(limit)s
