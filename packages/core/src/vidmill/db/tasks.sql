-- A task has a worker only while it runs (CHECK tasks_lease), so that worker and attempt say all of
-- the fence. Naming the status too would invite the planner to read the partial index tasks_leases,
-- which holds every task that ran since the last vacuum.

-- name: claim_tasks
-- In the order of the fields of Task and of Job.
SELECT
    (c.task).id, (c.task).job_id, (c.task).kind, (c.task).ordinal, (c.task).status,
    (c.task).priority, (c.task).params, (c.task).result, (c.task).attempt, (c.task).max_attempts,
    (c.task).worker_id, (c.task).lease_expires_at, (c.task).queued_at, (c.task).run_after,
    (c.task).started_at, (c.task).finished_at, (c.task).progress, (c.task).speed,
    (c.task).cpu_seconds, (c.task).error_code, (c.task).error_message, (c.task).error_log,
    (c.task).ran_on,
    (c.job).id, (c.job).owner_id, (c.job).video_id, (c.job).status, (c.job).priority,
    (c.job).preset, (c.job).spec, (c.job).metadata, (c.job).filename, (c.job).source,
    (c.job).encode_plan, (c.job).progress, (c.job).created_at, (c.job).updated_at,
    (c.job).started_at, (c.job).playable_at, (c.job).finished_at, (c.job).error_code,
    (c.job).error_message, (c.job).error_task, (c.job).error_log, (c.job).reuse,
    (c.job).edits, (c.job).api_key_id, (c.job).paused_at, (c.job).paused_seconds, c.input_key
FROM claim_tasks(%(task_ids)s, %(worker_id)s, %(lease_seconds)s::float8, %(owner_limit)s::int) c;

-- name: renew_lease
UPDATE tasks
SET lease_expires_at = now() + make_interval(secs => %(lease_seconds)s::float8),
    progress = greatest(progress, %(progress)s::real), speed = coalesce(%(speed)s::real, speed)
WHERE id = %(task_id)s AND attempt = %(attempt)s AND worker_id = %(worker_id)s
RETURNING id;

-- name: roll_up_progress
SELECT roll_up_progress(ARRAY[%(job_id)s::uuid]);

-- name: lock_job
SELECT status FROM jobs WHERE id = %(job_id)s FOR UPDATE;

-- name: complete_tasks
SELECT stored, id, job_id, owner_id, priority, kind FROM complete_tasks(
    %(job_ids)s, %(task_ids)s, %(attempts)s::int[], %(worker_id)s, %(results)s::jsonb[],
    %(cpu_seconds)s::real[], %(skips)s::boolean[]);

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
WITH queued AS (
    UPDATE tasks SET status = 'queued', queued_at = now()
    WHERE job_id = %(job_id)s AND status = 'blocked' AND NOT EXISTS (
        SELECT 1 FROM task_dependencies d JOIN tasks t ON t.id = d.depends_on
        WHERE d.task_id = tasks.id AND t.status NOT IN ('completed', 'skipped'))
    RETURNING tasks.*
)
SELECT q.id, q.job_id, j.owner_id, q.priority, q.kind FROM queued q JOIN jobs j ON j.id = q.job_id
ORDER BY task_rank(q.kind), q.ordinal;

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
WHERE id = %(task_id)s AND attempt = %(attempt)s AND worker_id = %(worker_id)s
RETURNING id, job_id, (SELECT owner_id FROM jobs WHERE id = job_id) AS owner_id, priority, kind;

-- name: fail_task
UPDATE tasks
SET status = 'failed', worker_id = NULL, lease_expires_at = NULL, finished_at = now(),
    cpu_seconds = cpu_seconds + %(cpu_seconds)s::real,
    error_code = %(code)s, error_message = %(message)s, error_log = %(log)s
WHERE id = %(task_id)s AND attempt = %(attempt)s AND worker_id = %(worker_id)s
RETURNING max_attempts, attempt;

-- name: fail_job
UPDATE jobs
SET status = 'failed', finished_at = now(), updated_at = now(), started_at = coalesce(started_at, now()),
    -- Its playlists will not grow any more; a player would wait for ever.
    playable_at = NULL,
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
SELECT t.id AS task_id, t.job_id, t.kind, t.ordinal, t.attempt, t.worker_id, t.max_attempts, j.owner_id
FROM tasks t JOIN jobs j ON j.id = t.job_id
WHERE t.status = 'running' AND t.lease_expires_at < now()
ORDER BY t.lease_expires_at LIMIT 500;

-- name: queued_tasks
SELECT t.id, t.job_id, j.owner_id, t.priority, t.kind FROM tasks t JOIN jobs j ON j.id = t.job_id
WHERE t.status = 'queued' AND t.queued_at < now() - make_interval(secs => %(older_than_seconds)s::float8)
  AND (t.run_after IS NULL OR t.run_after <= now())
ORDER BY t.priority DESC, t.job_id, task_rank(t.kind), t.ordinal LIMIT %(limit)s;

-- name: refused_tasks
-- Of tasks that a worker popped but could not claim: those whose owners run as many as they may.
SELECT t.id, t.job_id, j.owner_id, t.priority, t.kind FROM tasks t JOIN jobs j ON j.id = t.job_id
WHERE t.id = ANY(%(task_ids)s) AND t.status::text = 'queued' AND running_tasks(j.owner_id) >= %(owner_limit)s
ORDER BY array_position(%(task_ids)s, t.id) DESC;

-- name: owners_below
SELECT owner_id FROM unnest(%(owner_ids)s::uuid[]) owner_id WHERE running_tasks(owner_id) < %(owner_limit)s;

-- name: fetch_tasks
SELECT * FROM tasks WHERE job_id = ANY(%(job_ids)s) ORDER BY job_id, kind, ordinal;

-- name: fetch_dependencies
SELECT d.task_id, array_agg(DISTINCT t.kind::text)
FROM task_dependencies d JOIN tasks t ON t.id = d.depends_on
WHERE d.task_id = ANY(%(task_ids)s) GROUP BY d.task_id;

-- name: count_queued
SELECT count(*) FROM tasks WHERE status = 'queued';
