-- name: averages
-- Of the thousand that ended last, within a day: what is true now, at a bounded cost.
SELECT avg(extract(epoch FROM started_at - created_at))::float8 AS wait_seconds,
    avg(extract(epoch FROM finished_at - started_at)) FILTER (WHERE status = 'completed')::float8 AS process_seconds
FROM (
    SELECT status, created_at, started_at, finished_at FROM jobs
    WHERE finished_at > now() - interval '1 day' AND started_at IS NOT NULL
    ORDER BY finished_at DESC LIMIT 1000
) recent;

-- name: averages_of_owner
SELECT avg(extract(epoch FROM started_at - created_at))::float8 AS wait_seconds,
    avg(extract(epoch FROM finished_at - started_at)) FILTER (WHERE status = 'completed')::float8 AS process_seconds
FROM (
    SELECT status, created_at, started_at, finished_at FROM jobs
    WHERE owner_id = %(owner_id)s AND finished_at > now() - interval '1 day' AND started_at IS NOT NULL
    ORDER BY finished_at DESC LIMIT 1000
) recent;

-- name: queue_by_priority
-- Waiting is what may be claimed now; a task whose next attempt is not due yet is delayed.
SELECT priority, count(*) FILTER (WHERE due) AS waiting, count(*) FILTER (WHERE NOT due) AS delayed,
    coalesce(extract(epoch FROM now() - min(queued_at) FILTER (WHERE due)), 0)::float8 AS oldest_wait_seconds
FROM (
    SELECT priority, queued_at, run_after IS NULL OR run_after <= now() AS due FROM tasks WHERE status = 'queued'
) queued
GROUP BY priority ORDER BY priority DESC;

-- name: dead_letters_of_owner
SELECT count(*) FROM dead_letters d JOIN jobs j ON j.id = d.job_id
WHERE d.retried_at IS NULL AND j.owner_id = %(owner_id)s;

-- name: installation
SELECT (SELECT count(*) FROM users) AS users, (SELECT count(*) FROM users WHERE active) AS active_users,
    (SELECT count(*) FROM videos) AS videos,
    (SELECT coalesce(sum(size_bytes), 0)::bigint FROM videos) AS video_bytes,
    ((SELECT coalesce(sum(bytes), 0) FROM stored_bytes)
        + (SELECT coalesce(sum(stored_bytes), 0) FROM usage_entries))::bigint AS stored_bytes,
    (SELECT count(*) FROM jobs WHERE finished_at > now() - interval '1 day' AND status = 'completed') AS completed_today,
    (SELECT count(*) FROM jobs WHERE finished_at > now() - interval '1 day' AND status = 'failed') AS failed_today;

-- name: throughput
SELECT date_trunc(%(bucket)s, j.finished_at) AS start,
    count(*) FILTER (WHERE j.status = 'completed') AS completed, count(*) FILTER (WHERE j.status = 'failed') AS failed,
    coalesce(sum((j.source ->> 'duration_seconds')::float8) FILTER (WHERE j.status = 'completed'), 0) AS video_seconds,
    coalesce(sum((SELECT sum(r.size_bytes) FROM renditions r WHERE r.job_id = j.id))
        FILTER (WHERE j.status = 'completed'), 0)::bigint AS output_bytes
FROM jobs j WHERE j.finished_at >= %(since)s AND j.finished_at < %(until)s
GROUP BY 1 ORDER BY 1;

-- name: throughput_of_owner
SELECT date_trunc(%(bucket)s, j.finished_at) AS start,
    count(*) FILTER (WHERE j.status = 'completed') AS completed, count(*) FILTER (WHERE j.status = 'failed') AS failed,
    coalesce(sum((j.source ->> 'duration_seconds')::float8) FILTER (WHERE j.status = 'completed'), 0) AS video_seconds,
    coalesce(sum((SELECT sum(r.size_bytes) FROM renditions r WHERE r.job_id = j.id))
        FILTER (WHERE j.status = 'completed'), 0)::bigint AS output_bytes
FROM jobs j WHERE j.owner_id = %(owner_id)s AND j.finished_at >= %(since)s AND j.finished_at < %(until)s
GROUP BY 1 ORDER BY 1;
