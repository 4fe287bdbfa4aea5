-- Every entity that rows of this file or batch are about is rated again, once.
INSERT INTO rerate_mark (subject, reason)
SELECT entity_id, %(reason)s FROM event WHERE id > %(first_event)s AND audit_id = %(audit_id)s
 UNION
SELECT entity_id, %(reason)s FROM occasion WHERE id > %(first_occasion)s AND audit_id = %(audit_id)s
 UNION
SELECT e.entity_id, %(reason)s FROM event_act t JOIN event e ON e.id = t.event_id
 WHERE t.id > %(first_act)s AND t.audit_id = %(audit_id)s
