-- name: refer_to_object
INSERT INTO videos (id, owner_id, title, object_key, filename, content_type, size_bytes, etag)
VALUES (%(id)s, %(owner_id)s, %(title)s, %(object_key)s, %(filename)s, %(content_type)s, %(size_bytes)s, %(etag)s)
ON CONFLICT (object_key, owner_id, etag) DO UPDATE SET updated_at = videos.updated_at
RETURNING id;

-- name: store_source
UPDATE videos v
SET size_bytes = %(size_bytes)s, etag = %(etag)s, content_type = %(content_type)s, updated_at = now()
FROM jobs j, tasks t
WHERE j.id = %(job_id)s AND v.id = j.video_id AND t.id = %(task_id)s AND t.status = 'running'
  AND t.attempt = %(attempt)s AND t.worker_id = %(worker_id)s;

-- name: fetch_state
SELECT result FROM partial_results WHERE task_id = %(task_id)s;

-- name: forget_unfetched
DELETE FROM videos v
WHERE v.id = %(video_id)s AND v.etag = '' AND NOT EXISTS (SELECT FROM jobs j WHERE j.video_id = v.id);
