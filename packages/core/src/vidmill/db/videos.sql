-- name: insert_video
INSERT INTO videos (id, owner_id, title, object_key, filename, content_type, size_bytes, etag)
VALUES (%(id)s, %(owner_id)s, %(title)s, %(object_key)s, %(filename)s, %(content_type)s, %(size_bytes)s, %(etag)s);

-- name: fetch_videos
SELECT v.id, v.owner_id, v.title, v.description, v.tags, v.category, v.visibility, v.object_key,
    v.filename, v.content_type, v.size_bytes, v.etag, v.created_at, v.updated_at, v.views, v.sort_title,
    v.thumbnail_key, v.thumbnail_source, v.thumbnail_error, v.playback_generation,
    (SELECT j.id FROM jobs j WHERE j.video_id = v.id ORDER BY j.created_at DESC LIMIT 1) AS latest_job_id
FROM videos v WHERE v.id = ANY(%(video_ids)s);

-- name: fetch_video_by_key
SELECT v.id, v.owner_id, v.title, v.description, v.tags, v.category, v.visibility, v.object_key,
    v.filename, v.content_type, v.size_bytes, v.etag, v.created_at, v.updated_at,
    NULL::uuid AS latest_job_id
FROM videos v WHERE v.object_key = %(object_key)s LIMIT 1;

-- name: update_video
-- Columns that are not named in `given` stay. What was given out for playing ends with privacy.
UPDATE videos SET
    title = CASE WHEN 'title' = ANY(g.names) THEN %(title)s::text ELSE title END,
    description = CASE WHEN 'description' = ANY(g.names) THEN %(description)s::text ELSE description END,
    tags = CASE WHEN 'tags' = ANY(g.names) THEN %(tags)s::text[] ELSE tags END,
    category = CASE WHEN 'category' = ANY(g.names) THEN %(category)s::text ELSE category END,
    visibility = CASE WHEN 'visibility' = ANY(g.names) THEN %(visibility)s::visibility ELSE visibility END,
    playback_generation = playback_generation
        + (visibility <> 'private' AND %(visibility)s::visibility IS NOT DISTINCT FROM 'private')::int,
    -- An entity tag is made of it, so that no two versions may have the same.
    updated_at = greatest(clock_timestamp(), updated_at + interval '1 microsecond')
FROM (SELECT %(given)s::text[] AS names) g
WHERE id = %(video_id)s;

-- name: lock_video
SELECT updated_at FROM videos WHERE id = %(video_id)s FOR UPDATE;

-- name: lock_jobs_of_video
SELECT id, status, owner_id FROM jobs WHERE video_id = %(video_id)s ORDER BY id FOR UPDATE;

-- name: delete_jobs_of_video
DELETE FROM jobs WHERE video_id = %(video_id)s AND id = ANY(%(job_ids)s);

-- name: delete_video
DELETE FROM videos WHERE id = %(video_id)s
RETURNING owner_id, object_key, thumbnail_key, thumbnail_source;
