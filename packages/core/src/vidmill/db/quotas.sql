-- name: limits
-- An account's own, else none for administrators and the settings' for everybody else; -1: no limit.
SELECT u.id, coalesce(u.quota_jobs_per_day, CASE u.role WHEN 'admin' THEN -1 ELSE %(jobs_per_day)s::int END) AS jobs,
    coalesce(u.quota_stored_bytes, CASE u.role WHEN 'admin' THEN -1 ELSE %(stored_bytes)s::bigint END) AS bytes,
    coalesce((SELECT d.jobs FROM daily_jobs d
        WHERE d.owner_id = u.id AND d.day = (now() AT TIME ZONE 'UTC')::date), 0) AS jobs_used,
    coalesce((SELECT s.bytes FROM stored_bytes s WHERE s.owner_id = u.id), 0)
        + coalesce((SELECT sum(e.stored_bytes) FROM usage_entries e WHERE e.owner_id = u.id), 0)::bigint AS bytes_used
FROM users u WHERE u.id = ANY(%(owner_ids)s);

-- name: hold_stored
-- One at a time for each account, so that two can't both take the last room. Foreign keys don't wait
-- for it.
SELECT 1 FROM users u WHERE u.id = %(owner_id)s FOR NO KEY UPDATE;
