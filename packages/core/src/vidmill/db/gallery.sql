-- name: fetch_playables
-- What is played of some videos: their newest completed job, or else the newest that has begun to be
-- playable. Its best picture stands for it.
SELECT v.id AS video_id, j.id AS job_id, j.status, j.playable_at,
    coalesce(r.duration_seconds, (j.source ->> 'duration_seconds')::float8) AS duration_seconds,
    r.width, r.height, a.dash_key, a.storyboard_key, a.still_keys, a.small_poster_key
FROM unnest(%(video_ids)s::uuid[]) AS v (id)
CROSS JOIN LATERAL (
    SELECT * FROM jobs j
    WHERE j.video_id = v.id AND j.playable_at IS NOT NULL
    ORDER BY (j.status = 'completed') DESC, j.created_at DESC LIMIT 1
) j
LEFT JOIN LATERAL (
    SELECT duration_seconds, width, height FROM renditions
    WHERE job_id = j.id ORDER BY width * height DESC LIMIT 1
) r ON true
LEFT JOIN LATERAL (
    SELECT max(object_key) FILTER (WHERE kind = 'dash_manifest') AS dash_key,
        max(object_key) FILTER (WHERE kind = 'storyboard') AS storyboard_key,
        array_agg(object_key) FILTER (WHERE kind = 'thumbnail') AS still_keys,
        max(object_key) FILTER (WHERE kind = 'small_poster') AS small_poster_key
    FROM assets WHERE job_id = j.id
) a ON true;

-- name: fetch_access
-- What decides whether a token may play a job.
SELECT v.id AS video_id, v.visibility, v.playback_generation, v.thumbnail_key
FROM jobs j JOIN videos v ON v.id = j.video_id WHERE j.id = %(job_id)s;

-- name: count_view
-- Two at once: the second waits for the first's row, and then finds that its hour is not over.
WITH counted AS (
    INSERT INTO video_views (video_id, viewer) VALUES (%(video_id)s, %(viewer)s)
    ON CONFLICT (video_id, viewer) DO UPDATE SET counted_at = now()
    WHERE video_views.counted_at <= now() - interval '1 hour'
    RETURNING 1
)
UPDATE videos SET views = views + 1 WHERE id = %(video_id)s AND EXISTS (SELECT FROM counted)
RETURNING views;

-- name: forget_viewers
DELETE FROM video_views WHERE counted_at <= now() - interval '1 hour';
