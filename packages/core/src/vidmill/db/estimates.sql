-- name: fetch_finished
-- The last of one preset, as far back as a season. What was taken over from other jobs, cut or changed
-- says nothing of what it takes to make it.
SELECT j.source, j.spec, extract(epoch FROM j.finished_at - j.started_at)::float8 - j.paused_seconds AS processing_seconds,
    l.cpu_ms / 1000.0::float8 AS cpu_seconds,
    (SELECT jsonb_object_agg(r.name, r.size_bytes + coalesce(r.mp4_size_bytes, 0)) FROM renditions r
     WHERE r.job_id = j.id) AS sizes
FROM (
    SELECT id FROM jobs
    WHERE status = 'completed' AND preset = %(preset)s AND created_at > now() - interval '90 days'
    ORDER BY created_at DESC, id DESC LIMIT %(limit)s
) last
JOIN jobs j ON j.id = last.id JOIN job_ledgers l ON l.job_id = j.id
WHERE j.edits IS NULL AND j.source IS NOT NULL AND NOT j.encode_plan @? '$.rungs[*].donor ? (@ != null)';

-- name: fetch_source
SELECT source FROM jobs WHERE video_id = %(video_id)s AND source IS NOT NULL ORDER BY created_at DESC LIMIT 1;

-- name: count_ahead
-- Jobs of a higher priority, one's own of the same, and, for owners take turns, of each other owner as
-- many as one has oneself, and one more.
WITH waiting AS (
    SELECT owner_id, priority, count(*) AS jobs FROM jobs
    WHERE status IN ('queued', 'processing') AND priority >= %(priority)s GROUP BY owner_id, priority
), own AS (
    SELECT coalesce(sum(jobs), 0) AS jobs FROM waiting
    WHERE owner_id = %(owner_id)s AND priority = %(priority)s
)
SELECT coalesce(sum(CASE WHEN w.priority > %(priority)s OR w.owner_id = %(owner_id)s THEN w.jobs
    ELSE least(w.jobs, own.jobs + 1) END), 0)::bigint
FROM waiting w CROSS JOIN own;

-- name: fetch_spans
SELECT started_at, finished_at FROM jobs
WHERE status = 'completed' AND finished_at > now() - interval '1 day' AND started_at IS NOT NULL
ORDER BY finished_at DESC, id DESC LIMIT 50;
