-- name: fetch_open_verification
SELECT id, job_id, priority, kind FROM tasks
WHERE job_id = %(job_id)s AND kind = 'verify' AND status IN ('queued', 'running');

-- name: delete_verification
DELETE FROM tasks WHERE job_id = %(job_id)s AND kind = 'verify';

-- name: close_dead_letters
UPDATE dead_letters SET retried_at = now()
WHERE job_id = %(job_id)s AND kind = 'verify' AND retried_at IS NULL;

-- name: insert_verification
INSERT INTO tasks (id, job_id, kind, status, priority, max_attempts, queued_at)
SELECT %(id)s::uuid, id, 'verify', 'queued', priority, %(max_attempts)s::int, now()
FROM jobs WHERE id = %(job_id)s
RETURNING id, job_id, priority, kind;
