-- Staged events that nothing speaks against; with rows given, only those, where a strange day was only remarked on.
INSERT INTO event (entity_id, source, source_ref, body_sha256, decision_kind, code, severity, decided_on, final, value,
                   occasion_id, case_ref, kinds, corrected_on, performed_on, publicity_ends_on, attributes, audit_id)
SELECT n.id, s.source, s.source_ref, s.sha256, s.decision_kind, s.code, s.severity, s.decided_on, s.final, s.value,
       v.id, s.case_ref, s.kinds, s.corrected_on, s.performed_on, s.publicity_ends_on, s.attributes, %(audit_id)s
  FROM stage_event s JOIN entity n ON n.public_key = s.entity JOIN authority a ON a.id = n.authority_id
       LEFT JOIN occasion v ON v.source = s.source AND v.source_ref = s.occasion
 WHERE (%(authorities)s::text[] IS NULL OR a.code = ANY(%(authorities)s::text[]))
   AND (%(regions)s::text[] IS NULL OR EXISTS (
         SELECT FROM unnest(%(regions)s::text[]) AS r (prefix) WHERE starts_with(n.region, r.prefix)))
   AND s.latest <= (%(now)s::timestamptz AT TIME ZONE a.timezone)::date
   AND (s.occasion IS NULL OR v.entity_id = n.id)
   AND (%(rows)s::bigint[] IS NOT NULL OR (
         (n.body ->> 'established_on' IS NULL OR s.decided_on >= (n.body ->> 'established_on')::date)
     AND (n.status <> ALL(%(ended_by)s::text[]) OR n.body ->> 'status_on' IS NULL
           OR s.decided_on <= (n.body ->> 'status_on')::date)))
   AND (%(rows)s::bigint[] IS NULL OR s.row = ANY(%(rows)s::bigint[]))
 ORDER BY s.row
    {on_conflict}
