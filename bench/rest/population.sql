-- name: insert_users
INSERT INTO users (id, email, password_hash, created_at)
SELECT bench_id(n, 1, '2025-01-01Z'), format('user-%%s@example.com', n), 'none', '2025-01-01Z'
FROM generate_series(1, %(users)s) n;

-- name: make_ids
-- UUIDv7 as the product makes them: the time first, so that new rows lie together in an index.
CREATE FUNCTION bench_id(n bigint, kind int, at timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0')
        || '7' || substr(md5(n::text || ':' || kind), 1, 3)
        || '8' || substr(md5(n::text || ':' || kind), 4, 15))::uuid
$$;

-- name: plan_jobs
-- Who posted what, when, and what became of it. User 1 has a tenth of all; of the others the first
-- have hundreds each and the last a handful. A year of jobs; what is open is of the last hours.
CREATE UNLOGGED TABLE bench_jobs AS
WITH drawn AS MATERIALIZED (
    SELECT n, random() AS a, random() AS b, random() AS c, random() AS d, random() AS e,
        now() - interval '365 days' * ((%(jobs)s - n)::float8 / %(jobs)s) - interval '1 second' AS at
    FROM generate_series(1, %(jobs)s) n
)
SELECT n, at,
    CASE WHEN n %% 10 = 0 THEN 1 ELSE 2 + floor((%(users)s - 1) * e * e)::int END AS person,
    CASE WHEN n > %(jobs)s - 25000 AND a < 0.6 THEN 'queued' WHEN n > %(jobs)s - 25000 AND a < 0.7 THEN 'processing'
         WHEN a < 0.002 THEN 'paused' WHEN a < 0.93 THEN 'completed' WHEN a < 0.97 THEN 'failed'
         ELSE 'cancelled' END::job_status AS status,
    CASE WHEN b < 0.85 THEN 5 WHEN b < 0.95 THEN 3 WHEN b < 0.99 THEN 8 ELSE 10 END AS priority,
    CASE WHEN c < 0.7 THEN 'web' WHEN c < 0.85 THEN 'mobile' WHEN c < 0.93 THEN 'archive' WHEN c < 0.97 THEN 'av1'
         WHEN c < 0.99 THEN 'audio' ELSE 'preview' END AS preset,
    (ARRAY['holiday', 'interview', 'lecture', 'wedding', 'trailer', 'match', 'concert', 'drone', 'tutorial', 'meeting'])
        [1 + floor(10 * d)::int] || '-' || (ARRAY['beach', 'berlin', 'final', 'draft', 'raw', 'cut', 'morning', 'studio'])
        [1 + n %% 8] || '-' || lpad(n::text, 7, '0') || (ARRAY['.mp4', '.mov', '.mkv', '.webm'])[1 + floor(4 * a)::int] AS filename,
    20 + 600 * d * d AS seconds, 5 + 300 * c * c AS waited, (20 + 600 * d * d) * (0.4 + b) AS took
FROM drawn;

-- name: insert_videos
INSERT INTO videos (id, owner_id, title, object_key, filename, content_type, size_bytes, etag, created_at)
SELECT bench_id(n, 2, at), bench_id(person, 1, '2025-01-01Z'), filename,
    format('uploads/%%s/%%s/%%s', bench_id(person, 1, '2025-01-01Z'), bench_id(n, 4, at), filename),
    filename, 'video/mp4', (seconds * 600000)::bigint, md5(n::text), at - interval '1 minute'
FROM bench_jobs ORDER BY n;

-- name: insert_jobs
INSERT INTO jobs (id, owner_id, video_id, status, priority, preset, spec, metadata, filename, source, encode_plan,
    progress, created_at, updated_at, started_at, playable_at, finished_at, error_code, error_message, error_task,
    paused_at, output_bytes)
SELECT bench_id(n, 3, at), bench_id(person, 1, '2025-01-01Z'), bench_id(n, 2, at), b.status, b.priority,
    b.preset, p.spec,
    jsonb_build_object('project', 'project-' || n %% 500, 'customer', 'customer-' || person %% 100,
        'order', n, 'tags', jsonb_build_array('tag-' || n %% 7, 'tag-' || n %% 11)),
    filename,
    CASE WHEN b.status <> 'queued' THEN jsonb_build_object('format', 'mp4', 'size_bytes', (seconds * 600000)::bigint,
        'duration_seconds', round(seconds::numeric, 3), 'bitrate_bps', 4800000,
        'video', jsonb_build_object('width', 1920, 'height', 1080, 'frame_rate', '30/1', 'frames', (seconds * 30)::int,
            'codec', 'h264', 'pixel_format', 'yuv420p', 'rotation', 0),
        'audio', jsonb_build_array(jsonb_build_object('codec', 'aac', 'channels', 2, 'sample_rate', 48000))) END,
    CASE WHEN b.status <> 'queued' THEN jsonb_build_object('notes', '[]'::jsonb, 'frames', (seconds * 30)::int, 'rungs',
        (SELECT jsonb_agg(jsonb_build_object('name', h || 'p', 'height', h, 'width', h * 16 / 9, 'crf', 23,
            'codec', 'h264', 'maxrate_bps', h * 4000, 'bufsize_bits', h * 8000, 'level', '4.1', 'donor', NULL))
        FROM unnest(ARRAY[1080, 720, 480, 360]) h)) END,
    CASE b.status WHEN 'completed' THEN 1 WHEN 'processing' THEN 0.4 ELSE 0 END, at,
    at + make_interval(secs => waited + took),
    CASE WHEN b.status IN ('processing', 'completed', 'failed') THEN at + make_interval(secs => waited) END,
    CASE WHEN b.status = 'completed' THEN at + make_interval(secs => waited + 3) END,
    CASE WHEN b.status IN ('completed', 'failed', 'cancelled') THEN at + make_interval(secs => waited + took) END,
    CASE WHEN b.status = 'failed' THEN 'ffmpeg_failed' END,
    CASE WHEN b.status = 'failed' THEN 'FFmpeg ended with an error.' END,
    CASE WHEN b.status = 'failed' THEN 'video'::task_kind END,
    CASE WHEN b.status = 'paused' THEN at + interval '1 minute' END,
    CASE WHEN b.status = 'completed' THEN (seconds * 1500000)::bigint END
FROM bench_jobs b JOIN presets p ON p.name = b.preset AND p.owner_id IS NULL ORDER BY n;

-- name: insert_tasks
INSERT INTO tasks (id, job_id, kind, status, priority, params, result, attempt, max_attempts, worker_id, lease_expires_at,
    queued_at, started_at, finished_at, progress, cpu_seconds)
SELECT bench_id(n * 8 + k.place, 5, at), bench_id(n, 3, at), k.kind, s.status, b.priority, '{}',
    CASE WHEN s.status = 'completed' THEN '{"files": ["a", "b", "c"], "wall_seconds": 12.5}'::jsonb END, 1, 5,
    CASE WHEN s.status = 'running' THEN 'worker-' || n %% 50 END,
    CASE WHEN s.status = 'running' THEN now() + interval '1 day' END,
    CASE WHEN s.status <> 'blocked' THEN at END,
    CASE WHEN s.status NOT IN ('blocked', 'queued') THEN at + make_interval(secs => waited) END,
    CASE WHEN s.status IN ('completed', 'failed', 'cancelled') THEN at + make_interval(secs => waited + took) END,
    CASE WHEN s.status = 'completed' THEN 1 ELSE 0 END, took / 4
FROM bench_jobs b
CROSS JOIN unnest(ARRAY['plan', 'video', 'audio', 'images', 'mp4', 'package']::task_kind[]) WITH ORDINALITY k (kind, place)
CROSS JOIN LATERAL (SELECT CASE b.status
    WHEN 'completed' THEN 'completed' WHEN 'queued' THEN 'queued' WHEN 'cancelled' THEN 'cancelled'
    WHEN 'failed' THEN CASE WHEN k.place = 2 THEN 'failed' WHEN k.place < 2 THEN 'completed' ELSE 'cancelled' END
    WHEN 'paused' THEN 'blocked'
    ELSE CASE WHEN k.place = 1 THEN 'completed' WHEN k.place < 4 THEN 'running' ELSE 'blocked' END END::task_status AS status) s
WHERE b.status <> 'queued' OR k.place = 1
ORDER BY n, k.place;

-- name: insert_renditions
INSERT INTO renditions (id, job_id, name, width, height, codec, codecs, fps, frames, duration_seconds, bitrate_bps,
    size_bytes, segments, playlist_key, mp4_key, mp4_size_bytes)
SELECT bench_id(n * 8 + place, 6, at), bench_id(n, 3, at), h || 'p', h * 16 / 18 * 2, h, 'h264', 'avc1.640028', 30,
    (seconds * 30)::int, seconds, h * 3000, (seconds * h * 375)::bigint, 1 + (seconds / 4)::int,
    format('processed/%%s/%%sp/playlist.m3u8', bench_id(n, 3, at), h),
    format('processed/%%s/%%sp/video_%%sp.mp4', bench_id(n, 3, at), h, h), (seconds * h * 380)::bigint
FROM bench_jobs CROSS JOIN unnest(ARRAY[1080, 720, 480, 360]) WITH ORDINALITY r (h, place)
WHERE status = 'completed' AND n > %(jobs)s - %(whole)s ORDER BY n, place;

-- name: insert_assets
INSERT INTO assets (id, job_id, kind, name, rendition, object_key, content_type, size_bytes)
SELECT bench_id(n * 32 + place, 7, at), bench_id(n, 3, at), kind, name, NULL,
    format('processed/%%s/%%s', bench_id(n, 3, at), name), 'application/octet-stream', 1000 * place
FROM bench_jobs CROSS JOIN (VALUES
    ('master_playlist', 'master.m3u8', 1), ('dash_manifest', 'manifest.mpd', 2), ('media_playlist', '1080p/playlist.m3u8', 3),
    ('media_playlist', '720p/playlist.m3u8', 4), ('media_playlist', '480p/playlist.m3u8', 5),
    ('media_playlist', '360p/playlist.m3u8', 6), ('media_playlist', 'audio/playlist.m3u8', 7),
    ('mp4', '1080p/video_1080p.mp4', 8), ('mp4', '720p/video_720p.mp4', 9), ('mp4', '480p/video_480p.mp4', 10),
    ('mp4', '360p/video_360p.mp4', 11), ('audio', 'audio/audio.mp3', 12), ('metadata', 'metadata.json', 13),
    ('thumbnail', 'thumbnails/thumb_00.jpg', 14), ('thumbnail', 'thumbnails/thumb_25.jpg', 15),
    ('thumbnail', 'thumbnails/thumb_50.jpg', 16), ('thumbnail', 'thumbnails/thumb_75.jpg', 17),
    ('thumbnail', 'thumbnails/thumb_100.jpg', 18), ('storyboard', 'thumbnails/storyboard.vtt', 19),
    ('sprite', 'thumbnails/sprite_000.jpg', 20), ('preview', 'preview/preview.gif', 21),
    ('preview', 'preview/preview.webp', 22),
    ('small_poster', 'thumbnails/poster_small.jpg', 23)) AS a (kind, name, place)
WHERE status = 'completed' AND n > %(jobs)s - %(whole)s ORDER BY n, place;

-- name: count_jobs
-- As the triggers and the reaper leave it.
INSERT INTO job_statistics
SELECT s.owner_id, s.day, sum(s.queued), sum(s.processing), sum(s.paused), sum(s.completed), sum(s.failed),
    sum(s.cancelled), sum(s.begun), sum(s.wait_seconds), sum(s.processing_seconds), sum(s.video_seconds),
    sum(s.input_bytes), sum(s.output_bytes)
FROM jobs j CROSS JOIN LATERAL job_share(j, 1) s GROUP BY GROUPING SETS ((s.owner_id, s.day), (s.day));

-- name: drop_plan
DROP TABLE bench_jobs;
