-- name: insert_video
INSERT INTO videos (id, owner_id, title, object_key, filename, content_type, size_bytes, etag)
VALUES (%(id)s, %(owner_id)s, %(title)s, %(object_key)s, %(filename)s, %(content_type)s, %(size_bytes)s, %(etag)s);

-- name: fetch_videos
SELECT v.*, (SELECT j.id FROM jobs j WHERE j.video_id = v.id ORDER BY j.created_at DESC LIMIT 1) AS latest_job_id
FROM videos v WHERE v.id = ANY(%(video_ids)s);

-- name: fetch_video_by_key
SELECT v.*, NULL::uuid AS latest_job_id FROM videos v WHERE v.object_key = %(object_key)s;
