-- name: save_partial
INSERT INTO partial_results (task_id, result)
SELECT id, %(result)s::jsonb FROM tasks
WHERE id = %(task_id)s AND attempt = %(attempt)s AND worker_id = %(worker_id)s
ON CONFLICT (task_id) DO UPDATE SET result = excluded.result;

-- name: lock_playlists
SELECT pg_advisory_xact_lock(hashtextextended('playlists ' || %(job_id)s::uuid::text, 0));

-- name: fetch_results
SELECT t.kind, t.ordinal, t.status = 'completed' AS complete, coalesce(t.result, p.result) AS result
FROM tasks t LEFT JOIN partial_results p ON p.task_id = t.id
WHERE t.job_id = %(job_id)s AND t.kind IN ('video', 'audio') ORDER BY t.kind, t.ordinal;

-- name: fetch_growth
SELECT video_segments, audio_segments FROM growing_playlists WHERE job_id = %(job_id)s;

-- name: save_growth
WITH job AS (
    UPDATE jobs SET playable_at = coalesce(playable_at, now()), updated_at = now()
    WHERE id = %(job_id)s AND status = 'processing' RETURNING id
)
INSERT INTO growing_playlists (job_id, video_segments, audio_segments)
SELECT id, %(video)s::int, %(audio)s::int FROM job
ON CONFLICT (job_id) DO UPDATE
SET video_segments = excluded.video_segments, audio_segments = excluded.audio_segments;

-- name: forget_growth
WITH gone AS (DELETE FROM growing_playlists WHERE job_id = %(job_id)s)
DELETE FROM partial_results p USING tasks t WHERE t.id = p.task_id AND t.job_id = %(job_id)s;
