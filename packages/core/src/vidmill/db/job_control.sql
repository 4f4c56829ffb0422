-- name: set_job_priority
UPDATE jobs SET priority = %(priority)s, updated_at = now() WHERE id = %(job_id)s AND priority <> %(priority)s;

-- name: set_task_priorities
UPDATE tasks SET priority = %(priority)s WHERE job_id = %(job_id)s AND priority <> %(priority)s;

-- name: fetch_queued
SELECT t.id, t.job_id, j.owner_id, t.priority, t.kind FROM tasks t JOIN jobs j ON j.id = t.job_id
WHERE t.job_id = %(job_id)s AND t.status = 'queued'
ORDER BY task_rank(t.kind), t.ordinal;

-- name: pause_job
UPDATE jobs SET status = 'paused', paused_at = now(), updated_at = now() WHERE id = %(job_id)s;

-- name: hold_tasks
-- As blocked, nothing of a paused job can be claimed, pushed or retried, and the statement that queues
-- what waits for nothing resumes it. A task that runs loses its lease, and with it the right to write;
-- its worker may not know of it before the lease would have run out, so it waits for that long.
UPDATE tasks
SET status = 'blocked', worker_id = NULL, lease_expires_at = NULL, speed = NULL,
    progress = CASE WHEN status = 'running' THEN 0 ELSE progress END,
    -- An attempt that was interrupted does not count.
    max_attempts = max_attempts + (status = 'running')::int,
    run_after = CASE WHEN status = 'running'
        THEN now() + make_interval(secs => %(lease_seconds)s::float8) ELSE run_after END
WHERE job_id = %(job_id)s AND status IN ('queued', 'running');

-- name: resume_job
UPDATE jobs
SET status = CASE WHEN started_at IS NULL THEN 'queued' ELSE 'processing' END::job_status, updated_at = now(),
    paused_seconds = paused_seconds + extract(epoch FROM now() - paused_at), paused_at = NULL
WHERE id = %(job_id)s;

-- name: let_go
-- Its worker has stopped: nobody need wait for the lease any more.
WITH free AS (
    UPDATE tasks SET run_after = NULL
    WHERE id = %(task_id)s AND attempt = %(attempt)s AND worker_id IS NULL AND run_after IS NOT NULL
      AND status IN ('blocked', 'queued')
    RETURNING *
)
SELECT f.id, f.job_id, j.owner_id, f.priority, f.kind FROM free f JOIN jobs j ON j.id = f.job_id
WHERE f.status = 'queued';
