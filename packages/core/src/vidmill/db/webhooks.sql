-- name: lock_owner
-- Whoever inserts a job holds this row in share mode, and looks for webhooks afterwards.
SELECT id FROM users WHERE id = %(owner_id)s FOR UPDATE;

-- name: count_webhooks
SELECT count(*) FROM webhooks WHERE owner_id = %(owner_id)s AND job_id IS NULL;

-- name: insert_webhook
INSERT INTO webhooks (id, owner_id, job_id, url, lane, events, description, secret)
VALUES (%(id)s, %(owner_id)s, %(job_id)s, %(url)s, %(lane)s, %(events)s, %(description)s, %(secret)s)
RETURNING *;

-- name: tell_active_jobs
UPDATE jobs SET has_listeners = true
WHERE owner_id = %(owner_id)s AND status IN ('queued', 'processing', 'paused') AND NOT has_listeners;

-- name: tell_job
UPDATE jobs SET has_listeners = true WHERE id = %(job_id)s AND NOT has_listeners;

-- name: fetch_webhooks
SELECT * FROM webhooks WHERE id = ANY(%(ids)s);

-- name: change_webhook
UPDATE webhooks
SET url = %(url)s, lane = %(lane)s, events = %(events)s, description = %(description)s,
    active = %(active)s, updated_at = now(),
    disabled_at = CASE WHEN %(revive)s THEN NULL ELSE disabled_at END,
    disabled_reason = CASE WHEN %(revive)s THEN NULL ELSE disabled_reason END,
    failing_since = CASE WHEN %(revive)s THEN NULL ELSE failing_since END
WHERE id = %(id)s
RETURNING *;

-- name: release_deliveries
UPDATE deliveries SET next_attempt_at = now()
WHERE webhook_id = %(id)s AND status = 'pending' AND next_attempt_at = 'infinity';

-- name: hold_deliveries
UPDATE deliveries SET next_attempt_at = 'infinity', claims = claims + 1
WHERE webhook_id = %(id)s AND status = 'pending';

-- name: rotate_secret
UPDATE webhooks
SET previous_secret = CASE WHEN %(overlap_seconds)s::float8 > 0 THEN secret END,
    previous_secret_until = CASE WHEN %(overlap_seconds)s::float8 > 0
        THEN now() + make_interval(secs => %(overlap_seconds)s::float8) END,
    secret = %(secret)s, updated_at = now()
WHERE id = %(id)s
RETURNING *;

-- name: delete_webhook
DELETE FROM webhooks WHERE id = %(id)s;

-- name: disable_webhook
UPDATE webhooks SET disabled_at = now(), disabled_reason = %(reason)s, updated_at = now()
WHERE id = %(id)s AND disabled_at IS NULL;

-- name: fetch_disabled
SELECT * FROM webhooks
WHERE owner_id = %(owner_id)s AND job_id IS NULL AND disabled_at IS NOT NULL AND active
ORDER BY created_at DESC, id DESC;

-- name: forget_job_webhooks
-- Those of jobs that have ended, once everything was sent and is out of the log.
DELETE FROM webhooks w
WHERE w.job_id IS NOT NULL AND w.created_at < now() - make_interval(secs => %(seconds)s::float8)
  AND NOT EXISTS (SELECT FROM deliveries d WHERE d.webhook_id = w.id)
  AND NOT EXISTS (SELECT FROM jobs j WHERE j.id = w.job_id AND j.finished_at IS NULL);
