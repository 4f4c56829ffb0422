-- name: register_worker
INSERT INTO workers (id, host, pid, slots, encoders, status)
VALUES (%(id)s, %(host)s, %(pid)s, %(slots)s, %(encoders)s, 'active')
ON CONFLICT (id) DO UPDATE SET host = excluded.host, pid = excluded.pid, slots = excluded.slots,
    encoders = excluded.encoders, status = 'active', started_at = now(), heartbeat_at = now(), drain_requested_at = NULL;

-- name: beat_worker
UPDATE workers
SET heartbeat_at = now(), status = %(status)s, tasks_completed = tasks_completed + %(completed)s,
    tasks_failed = tasks_failed + %(failed)s
WHERE id = %(id)s
RETURNING drain_requested_at IS NOT NULL;

-- name: request_drain
UPDATE workers SET drain_requested_at = CASE WHEN %(drain)s THEN coalesce(drain_requested_at, now()) END
WHERE id = %(id)s AND heartbeat_at > now() - interval '1 day'
RETURNING id;

-- name: fetch_current_jobs
SELECT worker_id, array_agg(DISTINCT job_id) FROM tasks WHERE status = 'running' GROUP BY worker_id;

-- name: fetch_workers
SELECT w.*, (SELECT count(*) FROM tasks t WHERE t.status = 'running' AND t.worker_id = w.id) AS running_tasks
FROM workers w WHERE w.heartbeat_at > now() - interval '1 day' ORDER BY w.id;

-- name: forget_workers
DELETE FROM workers WHERE heartbeat_at < now() - interval '7 days';
