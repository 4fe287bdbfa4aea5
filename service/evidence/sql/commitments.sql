-- Commitments in scope, each with the outcome that counts and how it stands: on a day (else today at the entity's
-- authority), as known at a sealed position (else all that is committed).
SELECT c.id, n.public_key AS entity, n.region, a.code AS supervisor, t.today, c.source, c.source_ref, c.type, c.text,
       c.made_on, c.due_on, c.authority, c.kinds, o.outcome, o.settled_on, o.basis, o.case_ref, o.event_id,
       coalesce(o.outcome, CASE WHEN c.due_on < t.today THEN 'overdue' ELSE 'open' END) AS state
  FROM credit_commitment c JOIN entity n ON n.id = c.entity_id JOIN authority a ON a.id = n.authority_id
       CROSS JOIN LATERAL (
         SELECT coalesce(%(as_of)s::date, (%(now)s::timestamptz AT TIME ZONE a.timezone)::date) AS today) AS t
       LEFT JOIN LATERAL (
         SELECT x.outcome, x.settled_on, x.basis, x.case_ref, x.event_id
           FROM credit_commitment_outcome x
          WHERE x.commitment_id = c.id AND x.settled_on <= t.today
            AND (%(position)s::bigint IS NULL OR EXISTS (
                  SELECT FROM ledger_seal s WHERE s.audit_id = x.audit_id AND s.seq <= %(position)s))
            AND NOT EXISTS (
                  SELECT FROM event_act y
                   WHERE y.event_id = x.event_id AND y.act IN ('annulment', 'withdrawal')
                     AND (%(position)s::bigint IS NULL OR EXISTS (
                           SELECT FROM ledger_seal s WHERE s.audit_id = y.audit_id AND s.seq <= %(position)s)))
          ORDER BY x.id DESC LIMIT 1) AS o ON true
 WHERE c.id > %(after)s AND c.made_on <= t.today
   AND (%(position)s::bigint IS NULL OR EXISTS (
         SELECT FROM ledger_seal s WHERE s.audit_id = c.audit_id AND s.seq <= %(position)s))
   AND (%(id)s::bigint IS NULL OR c.id = %(id)s)
   AND (%(entity)s::bigint IS NULL OR c.entity_id = %(entity)s)
   AND (%(due_by)s::date IS NULL OR c.due_on <= %(due_by)s)
   AND (%(state)s::text IS NULL
        OR %(state)s = coalesce(o.outcome, CASE WHEN c.due_on < t.today THEN 'overdue' ELSE 'open' END))
   AND (%(authorities)s::text[] IS NULL OR a.code = ANY(%(authorities)s::text[]))
   AND (%(regions)s::text[] IS NULL OR EXISTS (
         SELECT FROM unnest(%(regions)s::text[]) AS r (prefix) WHERE starts_with(n.region, r.prefix)))
 ORDER BY c.id LIMIT %(limit)s
