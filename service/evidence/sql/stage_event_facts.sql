-- What is known of every staged event, for judgement.judge; last: whether the row held was stored by this chunk.
SELECT s.row, n.id, a.code, n.region, (%(now)s::timestamptz AT TIME ZONE a.timezone)::date,
       (n.body ->> 'established_on')::date,
       CASE WHEN n.status = ANY(%(ended_by)s::text[]) THEN (n.body ->> 'status_on')::date END,
       e.id, e.body_sha256, v.id, v.entity_id, e.audit_id = %(audit_id)s AND e.id > %(bound)s
  FROM stage_event s LEFT JOIN entity n ON n.public_key = s.entity LEFT JOIN authority a ON a.id = n.authority_id
       LEFT JOIN occasion v ON v.source = s.source AND v.source_ref = s.occasion
       LEFT JOIN event e ON e.source = s.source AND e.source_ref = s.source_ref
 ORDER BY s.row
