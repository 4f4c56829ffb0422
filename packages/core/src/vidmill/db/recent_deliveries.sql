-- name: recent_deliveries
SELECT d.id, d.seq, d.webhook_id, w.owner_id, d.event, d.subject_id, d.payload, d.status, d.attempts,
    nullif(d.next_attempt_at, 'infinity') AS next_attempt_at, d.created_at, d.finished_at
FROM webhooks w CROSS JOIN LATERAL (
    SELECT * FROM deliveries d WHERE d.webhook_id = w.id ORDER BY d.created_at DESC, d.id DESC LIMIT %(each)s
) d
WHERE w.id = ANY(%(webhook_ids)s) ORDER BY d.webhook_id, d.created_at DESC, d.id DESC;
