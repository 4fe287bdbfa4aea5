-- Entities in a state of the register that were not warned of since it began.
SELECT n.public_key, (n.body ->> 'status_on')::date
  FROM entity n
 WHERE n.status = ANY(%(statuses)s::text[]) AND n.body ->> 'status_on' IS NOT NULL
   AND NOT EXISTS (
         SELECT FROM event w
          WHERE w.entity_id = n.id AND w.source = %(source)s AND w.code = %(code)s
            AND w.decided_on >= (n.body ->> 'status_on')::date)
 ORDER BY n.public_key
