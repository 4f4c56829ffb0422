-- name: claim_task
UPDATE tasks
SET status = 'running', attempt = attempt + 1, worker_id = %(worker_id)s,
    lease_expires_at = now() + make_interval(secs => %(lease_seconds)s::float8),
    started_at = now(), run_after = NULL, progress = 0, speed = NULL
WHERE id = %(task_id)s AND status = 'queued' AND (run_after IS NULL OR run_after <= now())
RETURNING *;

-- name: start_job
UPDATE jobs SET status = 'processing', started_at = coalesce(started_at, now()), updated_at = now()
WHERE id = %(job_id)s AND status = 'queued';

-- name: renew_lease
UPDATE tasks
SET lease_expires_at = now() + make_interval(secs => %(lease_seconds)s::float8),
    progress = greatest(progress, %(progress)s::real), speed = coalesce(%(speed)s::real, speed)
WHERE id = %(task_id)s AND status = 'running' AND attempt = %(attempt)s AND worker_id = %(worker_id)s
RETURNING id;

-- name: roll_up_progress
SELECT roll_up_progress(%(job_id)s, %(kinds)s::task_kind[], %(weights)s::float8[]);

-- name: lock_job
SELECT status FROM jobs WHERE id = %(job_id)s FOR UPDATE;

-- name: complete_task
SELECT id, job_id, priority, kind FROM complete_task(
    %(job_id)s, %(task_id)s, %(attempt)s::int, %(worker_id)s, %(result)s::jsonb, %(cpu_seconds)s::real,
    %(kinds)s::task_kind[], %(weights)s::float8[]);

-- name: insert_task
INSERT INTO tasks (id, job_id, kind, ordinal, status, priority, params, max_attempts, queued_at)
SELECT %(id)s::uuid, j.id, %(kind)s::task_kind, %(ordinal)s::int, 'blocked', j.priority,
    %(params)s::jsonb, %(max_attempts)s::int, NULL
FROM jobs j WHERE j.id = %(job_id)s;

-- name: insert_dependencies
INSERT INTO task_dependencies (task_id, depends_on)
SELECT %(task_id)s::uuid, id FROM tasks
WHERE job_id = %(job_id)s AND kind = ANY(%(kinds)s::task_kind[]) AND id <> %(task_id)s::uuid;

-- name: unblock_tasks
UPDATE tasks SET status = 'queued', queued_at = now()
WHERE job_id = %(job_id)s AND status = 'blocked' AND NOT EXISTS (
    SELECT 1 FROM task_dependencies d JOIN tasks t ON t.id = d.depends_on
    WHERE d.task_id = tasks.id AND t.status NOT IN ('completed', 'skipped'))
RETURNING id, job_id, priority, kind;

-- name: release_task
UPDATE tasks
SET status = 'queued', worker_id = NULL, lease_expires_at = NULL, 
    -- Attempts are fencing tokens and never go back; giving one back raises the allowance.
    max_attempts = max_attempts + %(give_back)s::int,
    queued_at = now(), run_after = CASE WHEN %(delay_seconds)s::float8 > 0
        THEN now() + make_interval(secs => %(delay_seconds)s::float8) END,
    progress = 0, speed = NULL, cpu_seconds = cpu_seconds + %(cpu_seconds)s::real,
    error_code = coalesce(%(code)s::text, error_code), error_message = coalesce(%(message)s::text, error_message),
    error_log = coalesce(%(log)s::text, error_log)
WHERE id = %(task_id)s AND status = 'running' AND attempt = %(attempt)s AND worker_id = %(worker_id)s
RETURNING id, job_id, priority, kind;

-- name: fail_task
UPDATE tasks
SET status = 'failed', worker_id = NULL, lease_expires_at = NULL, finished_at = now(),
    cpu_seconds = cpu_seconds + %(cpu_seconds)s::real,
    error_code = %(code)s, error_message = %(message)s, error_log = %(log)s
WHERE id = %(task_id)s AND status = 'running' AND attempt = %(attempt)s AND worker_id = %(worker_id)s
RETURNING max_attempts, attempt;

-- name: fail_job
UPDATE jobs
SET status = 'failed', finished_at = now(), updated_at = now(), started_at = coalesce(started_at, now()),
    error_code = %(code)s, error_message = %(message)s, error_task = %(kind)s, error_log = %(log)s
WHERE id = %(job_id)s AND status IN ('queued', 'processing', 'paused');

-- name: stop_tasks
UPDATE tasks
SET status = 'cancelled', finished_at = now(), worker_id = NULL, lease_expires_at = NULL
WHERE job_id = %(job_id)s AND status IN ('blocked', 'queued', 'running');

-- name: insert_dead_letter
INSERT INTO dead_letters (id, job_id, task_id, kind, attempts, error_code, error_message, error_log)
VALUES (%(id)s, %(job_id)s, %(task_id)s, %(kind)s, %(attempts)s, %(code)s, %(message)s, %(log)s);

-- name: expired_leases
SELECT id AS task_id, job_id, kind, ordinal, attempt, worker_id, max_attempts
FROM tasks
WHERE status = 'running' AND lease_expires_at < now()
ORDER BY lease_expires_at LIMIT 500;

-- name: queued_tasks
SELECT id, job_id, priority, kind FROM tasks
WHERE status = 'queued' AND queued_at < now() - make_interval(secs => %(older_than_seconds)s::float8)
  AND (run_after IS NULL OR run_after <= now())
ORDER BY priority DESC, job_id, queued_at LIMIT %(limit)s;

-- name: fetch_tasks
SELECT * FROM tasks WHERE job_id = ANY(%(job_ids)s) ORDER BY job_id, kind, ordinal;

-- name: count_queued
SELECT count(*) FROM tasks WHERE status = 'queued';
