-- name: find_donors
SELECT DISTINCT ON (key) key, job_id, name FROM reusable_tracks r
WHERE owner_id = %(owner_id)s AND key = ANY(%(keys)s)
  -- What is found damaged is transcoded again; damage must not be copied.
  AND NOT EXISTS (SELECT FROM tasks t WHERE t.job_id = r.job_id AND t.kind = 'verify'
      AND (t.result ->> 'problem_count')::int > 0)
ORDER BY key, job_id DESC;

-- name: store_track
INSERT INTO reusable_tracks (job_id, name, owner_id, key)
SELECT id, %(name)s, owner_id, %(key)s FROM jobs WHERE id = %(job_id)s
ON CONFLICT (job_id, name) DO UPDATE SET key = excluded.key;
