-- name: find_donors
SELECT DISTINCT ON (key) key, job_id, name FROM reusable_tracks
WHERE owner_id = %(owner_id)s AND key = ANY(%(keys)s)
ORDER BY key, job_id DESC;

-- name: store_track
INSERT INTO reusable_tracks (job_id, name, owner_id, key)
SELECT id, %(name)s, owner_id, %(key)s FROM jobs WHERE id = %(job_id)s
ON CONFLICT (job_id, name) DO UPDATE SET key = excluded.key;
