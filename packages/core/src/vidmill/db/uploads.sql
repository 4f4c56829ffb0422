-- name: insert_upload
INSERT INTO uploads (id, owner_id, mode, object_key, filename, content_type, size_bytes, part_size,
    part_count, s3_upload_id, purpose, expires_at)
VALUES (%(id)s, %(owner_id)s, %(mode)s, %(object_key)s, %(filename)s, %(content_type)s, %(size_bytes)s,
    %(part_size)s, %(part_count)s, %(s3_upload_id)s, %(purpose)s, now() + make_interval(secs => %(ttl_seconds)s::float8))
RETURNING *;

-- name: fetch_upload
SELECT * FROM uploads WHERE id = %(id)s;

-- name: fetch_upload_by_key
SELECT * FROM uploads WHERE object_key = %(object_key)s;

-- name: lock_upload
SELECT * FROM uploads WHERE id = %(id)s FOR UPDATE;

-- name: complete_upload
UPDATE uploads
SET status = 'completed', completed_at = now(), video_id = %(video_id)s, size_bytes = %(size_bytes)s,
    etag = %(etag)s
WHERE id = %(id)s AND status = 'pending' RETURNING *;

-- name: end_upload
UPDATE uploads SET status = %(status)s::upload_status WHERE id = %(id)s AND status = 'pending' RETURNING *;

-- name: due_uploads
SELECT * FROM uploads WHERE status = 'pending' AND expires_at < now() ORDER BY expires_at LIMIT 100;
