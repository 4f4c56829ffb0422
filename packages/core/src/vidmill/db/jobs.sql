-- name: insert_job
-- The job with its first tasks, in one statement since whoever posts it waits: a plan, and before it a
-- fetch where the source is elsewhere. Takes one from the owner's quota of the day, and inserts nothing where none is left; the day's row
-- makes jobs of one owner that come at once wait for each other.
WITH allowed AS (
    SELECT coalesce(u.quota_jobs_per_day, CASE u.role WHEN 'admin' THEN -1 ELSE %(jobs_per_day)s::int END) AS jobs
    FROM users u WHERE u.id = %(owner_id)s::uuid
), taken AS (
    INSERT INTO daily_jobs AS d (owner_id, day, jobs)
    SELECT %(owner_id)s::uuid, (now() AT TIME ZONE 'UTC')::date, 1 FROM allowed a WHERE a.jobs <> 0
    ON CONFLICT (owner_id) DO UPDATE
    SET day = greatest(d.day, excluded.day), jobs = CASE WHEN d.day < excluded.day THEN 1 ELSE d.jobs + 1 END
    WHERE d.day < excluded.day OR (SELECT a.jobs < 0 OR d.jobs < a.jobs FROM allowed a)
    RETURNING 1
), job AS (
    INSERT INTO jobs (id, owner_id, video_id, priority, preset, spec, metadata, filename, reuse, edits, api_key_id)
    SELECT %(id)s::uuid, %(owner_id)s::uuid, %(video_id)s::uuid, %(priority)s::smallint, %(preset)s::text,
        %(spec)s::jsonb, %(metadata)s::jsonb, %(filename)s::text, %(reuse)s::boolean, %(edits)s::jsonb,
        %(api_key_id)s::uuid
    FROM taken
    RETURNING *
), first AS (
    INSERT INTO tasks (id, job_id, kind, status, priority, params, max_attempts, queued_at)
    SELECT first.id, job.id, first.kind, first.status, job.priority, first.params, %(max_attempts)s::int,
        CASE first.status WHEN 'queued' THEN now() END
    FROM job, LATERAL (
        SELECT %(fetch_id)s::uuid AS id, 'fetch'::task_kind AS kind, 'queued'::task_status AS status,
            %(origin)s::jsonb AS params
        WHERE %(origin)s::jsonb IS NOT NULL
        UNION ALL
        SELECT %(plan_id)s::uuid, 'plan',
            CASE WHEN %(origin)s::jsonb IS NULL THEN 'queued' ELSE 'blocked' END::task_status, '{}'
    ) first
), waits AS (
    INSERT INTO task_dependencies (task_id, depends_on)
    SELECT %(plan_id)s::uuid, %(fetch_id)s::uuid FROM job WHERE %(origin)s::jsonb IS NOT NULL
)
SELECT j.id, j.owner_id, j.video_id, j.status, j.priority, j.preset, j.spec, j.metadata, j.filename, j.source,
    j.encode_plan, j.progress, j.created_at, j.updated_at, j.started_at, j.playable_at, j.finished_at,
    j.error_code, j.error_message, j.error_task, j.error_log, j.reuse, j.edits, j.api_key_id, j.paused_at,
    j.paused_seconds, v.object_key AS input_key
FROM job j JOIN videos v ON v.id = j.video_id;

-- name: fetch_job
-- Columns by name: a version that runs while the next one's migration adds some goes on as it was.
SELECT j.id, j.owner_id, j.video_id, j.status, j.priority, j.preset, j.spec, j.metadata, j.filename, j.source,
    j.encode_plan, j.progress, j.created_at, j.updated_at, j.started_at, j.playable_at, j.finished_at,
    j.error_code, j.error_message, j.error_task, j.error_log, j.reuse, j.edits, j.api_key_id, j.paused_at,
    j.paused_seconds, v.object_key AS input_key
FROM jobs j JOIN videos v ON v.id = j.video_id
WHERE j.id = %(job_id)s;

-- name: fetch_jobs
SELECT j.id, j.owner_id, j.video_id, j.status, j.priority, j.preset, j.spec, j.metadata, j.filename, j.source,
    j.encode_plan, j.progress, j.created_at, j.updated_at, j.started_at, j.playable_at, j.finished_at,
    j.error_code, j.error_message, j.error_task, j.error_log, j.reuse, j.edits, j.api_key_id, j.paused_at,
    j.paused_seconds, v.object_key AS input_key
FROM jobs j JOIN videos v ON v.id = j.video_id
WHERE j.id = ANY(%(job_ids)s);

-- name: lock_job
SELECT status FROM jobs WHERE id = %(job_id)s FOR UPDATE;

-- name: cancel_job
UPDATE jobs SET status = 'cancelled', finished_at = now(), updated_at = now(), progress = 0, playable_at = NULL,
    paused_at = NULL
WHERE id = %(job_id)s AND status IN ('queued', 'processing', 'paused');

-- name: requeue_job
UPDATE jobs
SET status = 'queued', finished_at = NULL, updated_at = now(), progress = 0, started_at = NULL, paused_seconds = 0,
    error_code = NULL, error_message = NULL, error_task = NULL, error_log = NULL
WHERE id = %(job_id)s AND status IN ('failed', 'cancelled');

-- name: requeue_tasks
UPDATE tasks
SET status = 'blocked', finished_at = NULL, run_after = NULL, progress = 0, speed = NULL,
    max_attempts = attempt + %(max_attempts)s, error_code = NULL, error_message = NULL, error_log = NULL
WHERE job_id = %(job_id)s AND status IN ('failed', 'cancelled');

-- name: delete_tasks
-- All but the one that knows where the source comes from.
DELETE FROM tasks WHERE job_id = %(job_id)s AND kind <> 'fetch';

-- name: hold_lease
SELECT id FROM tasks
WHERE id = %(task_id)s AND attempt = %(attempt)s AND worker_id = %(worker_id)s FOR UPDATE;

-- name: forget_plan
UPDATE jobs
SET source = NULL, encode_plan = NULL, playable_at = NULL, progress = 0, updated_at = now()
WHERE id = %(job_id)s;

-- name: delay_tasks
UPDATE tasks SET run_after = now() + make_interval(secs => %(after_seconds)s::float8)
WHERE job_id = %(job_id)s AND status = 'queued';

-- name: retry_dead_letters
UPDATE dead_letters SET retried_at = now() WHERE job_id = %(job_id)s AND retried_at IS NULL;

-- name: save_plan
UPDATE jobs SET source = %(source)s, encode_plan = %(encode_plan)s, updated_at = now()
WHERE id = %(job_id)s AND EXISTS (
    SELECT 1 FROM tasks t WHERE t.id = %(task_id)s AND t.status = 'running'
      AND t.attempt = %(attempt)s AND t.worker_id = %(worker_id)s);

-- name: complete_job
UPDATE jobs
SET status = 'completed', progress = 1, playable_at = coalesce(playable_at, now()), finished_at = now(),
    updated_at = now(),
    output_bytes = (SELECT coalesce(sum(size_bytes), 0) FROM renditions r WHERE r.job_id = jobs.id)
        + (SELECT coalesce(sum(size_bytes), 0) FROM assets a WHERE a.job_id = jobs.id),
    encode_plan = jsonb_set(encode_plan, '{notes}', coalesce(encode_plan -> 'notes', '[]') || %(notes)s::jsonb)
WHERE id = %(job_id)s AND status = 'processing'
RETURNING id;

-- name: record_outputs
-- All that the job lists, and the segments of sound, which no list has.
SELECT record_use(%(job_id)s::uuid, 0, 0,
    %(sound_bytes)s::bigint + coalesce((SELECT sum(a.size_bytes) FROM assets a WHERE a.job_id = %(job_id)s::uuid), 0)::bigint
        + coalesce((SELECT sum(r.size_bytes) FROM renditions r WHERE r.job_id = %(job_id)s::uuid), 0)::bigint,
    coalesce((SELECT sum(round(r.duration_seconds * 1000)) FROM renditions r WHERE r.job_id = %(job_id)s::uuid), 0)::bigint);

-- name: insert_rendition
INSERT INTO renditions (id, job_id, name, width, height, codec, codecs, fps, frames, duration_seconds,
    bitrate_bps, size_bytes, segments, playlist_key, mp4_key, mp4_size_bytes, psnr, ssim, vmaf)
VALUES (%(id)s, %(job_id)s, %(name)s, %(width)s, %(height)s, %(codec)s, %(codecs)s, %(fps)s, %(frames)s,
    %(duration_seconds)s, %(bitrate_bps)s, %(size_bytes)s, %(segments)s, %(playlist_key)s, %(mp4_key)s,
    %(mp4_size_bytes)s, %(psnr)s, %(ssim)s, %(vmaf)s);

-- name: insert_asset
INSERT INTO assets (id, job_id, kind, name, rendition, object_key, content_type, size_bytes, language,
    label)
VALUES (%(id)s, %(job_id)s, %(kind)s, %(name)s, %(rendition)s, %(object_key)s, %(content_type)s, %(size_bytes)s,
    %(language)s, %(label)s);

-- name: delete_outputs
WITH gone AS (DELETE FROM renditions WHERE job_id = %(job_id)s)
DELETE FROM assets WHERE job_id = %(job_id)s;

-- name: keep_stored
-- Deleting the job takes its outputs off what is stored: here they are put back.
INSERT INTO usage_entries (owner_id, api_key_id, stored_bytes)
SELECT j.owner_id, j.api_key_id, l.output_bytes FROM jobs j JOIN job_ledgers l ON l.job_id = j.id
WHERE j.id = %(job_id)s AND l.output_bytes <> 0;

-- name: delete_job
DELETE FROM jobs WHERE id = %(job_id)s RETURNING video_id;

-- name: fetch_renditions
SELECT id, job_id, name, width, height, codec, codecs, fps, frames, duration_seconds, bitrate_bps,
    size_bytes, segments, playlist_key, mp4_key, mp4_size_bytes, psnr, ssim, vmaf
FROM renditions WHERE job_id = ANY(%(job_ids)s) ORDER BY job_id, height, width;

-- name: fetch_assets
SELECT id, job_id, kind, name, rendition, object_key, content_type, size_bytes, language,
    label
FROM assets WHERE job_id = ANY(%(job_ids)s) ORDER BY job_id, object_key;

-- name: fetch_ledger
SELECT cpu_ms, input_bytes, output_bytes, video_ms FROM job_ledgers WHERE job_id = %(job_id)s;

-- name: fetch_ledgers
SELECT job_id, cpu_ms, input_bytes, output_bytes, video_ms FROM job_ledgers WHERE job_id = ANY(%(job_ids)s);

-- name: fetch_queue_positions
-- The more urgent first; among equals owners take turns, and each's own stand in line.
SELECT id, position FROM (
    SELECT id, row_number() OVER (ORDER BY priority DESC, turn, created_at, id) AS position
    FROM (
        SELECT id, priority, created_at,
            row_number() OVER (PARTITION BY owner_id, priority ORDER BY created_at, id) AS turn
        FROM jobs WHERE status = 'queued'
    ) waiting
) standing
WHERE id = ANY(%(job_ids)s);

-- name: count_dead_letters
SELECT count(*) FROM dead_letters WHERE retried_at IS NULL;

-- name: fetch_playability
-- Few jobs are being processed, and the newest ends lie first in their index: no table is read.
SELECT
    coalesce(extract(epoch FROM now() - min(started_at) FILTER (WHERE playable_at IS NULL)), 0)::float8,
    coalesce(extract(epoch FROM greatest(max(playable_at), (
        SELECT finished_at FROM jobs WHERE finished_at IS NOT NULL AND status = 'completed'
        ORDER BY finished_at DESC, id DESC LIMIT 1
    ))), 0)::float8
FROM jobs WHERE status = 'processing';
