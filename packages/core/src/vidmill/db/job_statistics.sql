-- name: fold_changes
-- Always in the same order, so that two reapers never wait for each other in a circle.
WITH taken AS (
    DELETE FROM job_changes
    WHERE ctid = ANY(ARRAY(SELECT ctid FROM job_changes LIMIT %(limit)s FOR UPDATE SKIP LOCKED))
    RETURNING *
), added AS (
    INSERT INTO job_statistics
    SELECT owner_id, day, sum(queued), sum(processing), sum(paused), sum(completed), sum(failed), sum(cancelled),
        sum(begun), sum(wait_seconds), sum(processing_seconds), sum(video_seconds), sum(input_bytes), sum(output_bytes)
    FROM taken GROUP BY GROUPING SETS ((owner_id, day), (day)) ORDER BY owner_id, day
    ON CONFLICT (owner_id, day) DO UPDATE
    SET queued = job_statistics.queued + excluded.queued,
        processing = job_statistics.processing + excluded.processing,
        paused = job_statistics.paused + excluded.paused,
        completed = job_statistics.completed + excluded.completed,
        failed = job_statistics.failed + excluded.failed,
        cancelled = job_statistics.cancelled + excluded.cancelled,
        begun = job_statistics.begun + excluded.begun,
        wait_seconds = job_statistics.wait_seconds + excluded.wait_seconds,
        processing_seconds = job_statistics.processing_seconds + excluded.processing_seconds,
        video_seconds = job_statistics.video_seconds + excluded.video_seconds,
        input_bytes = job_statistics.input_bytes + excluded.input_bytes,
        output_bytes = job_statistics.output_bytes + excluded.output_bytes
)
SELECT count(*) FROM taken;

-- name: fetch_days
-- Of one owner, or with NULL of all: what is added up by now, and what is not yet.
SELECT day, sum(queued)::bigint AS queued, sum(processing)::bigint AS processing, sum(paused)::bigint AS paused,
    sum(completed)::bigint AS completed, sum(failed)::bigint AS failed, sum(cancelled)::bigint AS cancelled,
    sum(begun)::bigint AS begun, sum(wait_seconds) AS wait_seconds, sum(processing_seconds) AS processing_seconds,
    sum(video_seconds) AS video_seconds, sum(input_bytes)::bigint AS input_bytes,
    sum(output_bytes)::bigint AS output_bytes
FROM (
    SELECT * FROM job_statistics WHERE owner_id = %(owner_id)s
    UNION ALL
    SELECT * FROM job_statistics WHERE owner_id IS NULL AND %(owner_id)s::uuid IS NULL
    UNION ALL
    SELECT * FROM job_changes WHERE owner_id = %(owner_id)s OR %(owner_id)s::uuid IS NULL
) counted
WHERE day BETWEEN coalesce(%(from)s::date, '-infinity') AND coalesce(%(to)s::date, 'infinity')
GROUP BY day ORDER BY day DESC;

-- name: count_by_status
SELECT coalesce(sum(queued), 0)::bigint, coalesce(sum(processing), 0)::bigint, coalesce(sum(paused), 0)::bigint,
    coalesce(sum(completed), 0)::bigint, coalesce(sum(failed), 0)::bigint, coalesce(sum(cancelled), 0)::bigint
FROM (
    SELECT * FROM job_statistics WHERE owner_id = %(owner_id)s
    UNION ALL
    SELECT * FROM job_statistics WHERE owner_id IS NULL AND %(owner_id)s::uuid IS NULL
    UNION ALL
    SELECT * FROM job_changes WHERE owner_id = %(owner_id)s OR %(owner_id)s::uuid IS NULL
) counted;
