-- name: request_purge
INSERT INTO purges (prefix, not_before) VALUES (%(prefix)s, now() + make_interval(secs => %(after_seconds)s::float8))
ON CONFLICT (prefix) DO UPDATE SET not_before = greatest(purges.not_before, excluded.not_before);

-- name: withdraw_purge
DELETE FROM purges WHERE prefix = %(prefix)s;

-- name: lock_due_purge
SELECT prefix FROM purges WHERE not_before <= now() ORDER BY not_before LIMIT 1 FOR UPDATE SKIP LOCKED;
