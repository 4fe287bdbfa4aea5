-- Entities with so many events of some codes within so many days, and no warning of the rule for a quiet time.
SELECT n.public_key, t.today
  FROM event e JOIN entity n ON n.id = e.entity_id JOIN authority a ON a.id = n.authority_id
       CROSS JOIN LATERAL (SELECT (%(now)s::timestamptz AT TIME ZONE a.timezone)::date AS today) AS t
 WHERE e.code = ANY(%(codes)s::text[]) AND e.decided_on > t.today - %(within_days)s::int AND e.decided_on <= t.today
   AND NOT EXISTS (SELECT FROM event_act x WHERE x.event_id = e.id AND x.act IN ('annulment', 'withdrawal'))
   AND NOT EXISTS (
         SELECT FROM event w
          WHERE w.entity_id = e.entity_id AND w.source = %(source)s AND w.code = %(code)s
            AND w.decided_on > t.today - %(quiet_days)s::int)
 GROUP BY n.public_key, t.today HAVING count(*) >= %(at_least)s
 ORDER BY n.public_key
