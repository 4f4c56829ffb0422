-- name: newest_published_job
SELECT id FROM jobs WHERE video_id = %(video_id)s AND status = 'completed'
ORDER BY created_at DESC LIMIT 1;

-- name: lock_thumbnail
SELECT thumbnail_key, thumbnail_source FROM videos WHERE id = %(video_id)s FOR UPDATE;

-- name: set_thumbnail
UPDATE videos
SET thumbnail_key = %(key)s, thumbnail_source = %(source)s, thumbnail_error = %(error)s
WHERE id = %(video_id)s;

-- name: delete_thumbnail_tasks
WITH closed AS (
    UPDATE dead_letters SET retried_at = now()
    WHERE job_id = %(job_id)s AND kind = 'thumbnail' AND retried_at IS NULL
)
DELETE FROM tasks
WHERE job_id = %(job_id)s AND kind = 'thumbnail' AND status IN ('completed', 'failed', 'cancelled');

-- name: insert_thumbnail_task
INSERT INTO tasks (id, job_id, kind, ordinal, status, priority, params, max_attempts, queued_at)
SELECT %(id)s::uuid, j.id, 'thumbnail',
    (SELECT coalesce(max(t.ordinal) + 1, 0) FROM tasks t WHERE t.job_id = j.id AND t.kind = 'thumbnail'),
    'queued', j.priority, %(params)s::jsonb, %(max_attempts)s::int, now()
FROM jobs j WHERE j.id = %(job_id)s AND j.status = 'completed'
RETURNING id, job_id, (SELECT owner_id FROM jobs WHERE id = %(job_id)s) AS owner_id, priority, kind;

-- name: thumbnails_without_task
-- Pictures that were sent before a job was completed, or whose task went with its job.
SELECT v.id, v.thumbnail_source FROM videos v
WHERE v.thumbnail_source IS NOT NULL
  AND EXISTS (SELECT FROM jobs j WHERE j.video_id = v.id AND j.status = 'completed')
  AND NOT EXISTS (
    SELECT FROM jobs j JOIN tasks t ON t.job_id = j.id
    WHERE j.video_id = v.id AND t.kind = 'thumbnail' AND t.params ->> 'source' = v.thumbnail_source)
ORDER BY v.id LIMIT 100;

-- name: give_up_thumbnails
-- Their tasks have failed for good.
UPDATE videos v SET thumbnail_source = NULL, thumbnail_error = t.error_message || ' Send the picture again.'
FROM jobs j JOIN tasks t ON t.job_id = j.id
WHERE v.thumbnail_source IS NOT NULL AND j.video_id = v.id AND t.kind = 'thumbnail'
  AND t.status IN ('failed', 'cancelled') AND t.params ->> 'source' = v.thumbnail_source
RETURNING t.params ->> 'source';
