-- What is known of every staged occasion; as stage_event_facts.sql.
SELECT s.row, n.id, a.code, n.region, (%(now)s::timestamptz AT TIME ZONE a.timezone)::date,
       (n.body ->> 'established_on')::date,
       CASE WHEN n.status = ANY(%(ended_by)s::text[]) THEN (n.body ->> 'status_on')::date END,
       o.id, o.body_sha256, NULL::bigint, NULL::bigint, o.audit_id = %(audit_id)s AND o.id > %(bound)s
  FROM stage_occasion s LEFT JOIN entity n ON n.public_key = s.entity LEFT JOIN authority a ON a.id = n.authority_id
       LEFT JOIN occasion o ON o.source = s.source AND o.source_ref = s.source_ref
 ORDER BY s.row
