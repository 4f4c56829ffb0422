-- name: fetch_open_verification
SELECT t.id, t.job_id, j.owner_id, t.priority, t.kind FROM tasks t JOIN jobs j ON j.id = t.job_id
WHERE t.job_id = %(job_id)s AND t.kind = 'verify' AND t.status IN ('queued', 'running');

-- name: delete_verification
DELETE FROM tasks WHERE job_id = %(job_id)s AND kind = 'verify';

-- name: close_dead_letters
UPDATE dead_letters SET retried_at = now()
WHERE job_id = %(job_id)s AND kind = 'verify' AND retried_at IS NULL;

-- name: insert_verification
INSERT INTO tasks (id, job_id, kind, status, priority, max_attempts, queued_at)
SELECT %(id)s::uuid, id, 'verify', 'queued', priority, %(max_attempts)s::int, now()
FROM jobs WHERE id = %(job_id)s
RETURNING id, job_id, (SELECT owner_id FROM jobs WHERE id = %(job_id)s) AS owner_id, priority, kind;
