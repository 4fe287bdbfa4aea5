-- Commitments past their day without an outcome that counts, and not warned of yet; from the day after it.
SELECT n.public_key, c.due_on + 1, c.id
  FROM credit_commitment c JOIN entity n ON n.id = c.entity_id JOIN authority a ON a.id = n.authority_id
 WHERE c.due_on < (%(now)s::timestamptz AT TIME ZONE a.timezone)::date
   AND NOT EXISTS (
         SELECT FROM credit_commitment_outcome x
          WHERE x.commitment_id = c.id
            AND NOT EXISTS (
                  SELECT FROM event_act y WHERE y.event_id = x.event_id AND y.act IN ('annulment', 'withdrawal')))
   AND NOT EXISTS (SELECT FROM event w WHERE w.source = %(source)s AND w.source_ref = %(id)s || ':' || c.id)
 ORDER BY c.id LIMIT %(at_once)s
