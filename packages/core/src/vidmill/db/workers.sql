-- name: register_worker
INSERT INTO workers (id, host, pid, slots, encoders, status)
VALUES (%(id)s, %(host)s, %(pid)s, %(slots)s, %(encoders)s, 'active')
ON CONFLICT (id) DO UPDATE SET host = excluded.host, pid = excluded.pid, slots = excluded.slots,
    encoders = excluded.encoders, status = 'active', started_at = now(), heartbeat_at = now();

-- name: beat_worker
UPDATE workers
SET heartbeat_at = now(), status = %(status)s, tasks_completed = tasks_completed + %(completed)s,
    tasks_failed = tasks_failed + %(failed)s
WHERE id = %(id)s;

-- name: fetch_workers
SELECT w.*, (SELECT count(*) FROM tasks t WHERE t.status = 'running' AND t.worker_id = w.id) AS running_tasks
FROM workers w WHERE w.heartbeat_at > now() - interval '1 day' ORDER BY w.id;

-- name: forget_workers
DELETE FROM workers WHERE heartbeat_at < now() - interval '7 days';
