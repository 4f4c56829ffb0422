-- name: count_requests
INSERT INTO usage_entries (owner_id, api_key_id, day, requests)
SELECT * FROM unnest(%(owner_ids)s::uuid[], %(api_key_ids)s::uuid[], %(days)s::date[], %(requests)s::bigint[]);

-- name: hold_folding
SELECT pg_try_advisory_xact_lock(7186342912);

-- name: fold_usage
WITH taken AS (
    DELETE FROM usage_entries
    WHERE id IN (SELECT e.id FROM usage_entries e ORDER BY e.id LIMIT %(limit)s)
    RETURNING *
), used AS (
    INSERT INTO usage AS u (owner_id, day, api_key_id, requests, jobs, input_bytes, output_bytes, video_ms, cpu_ms)
    SELECT owner_id, day, api_key_id, sum(requests), sum(jobs), sum(input_bytes), sum(output_bytes), sum(video_ms),
        sum(cpu_ms)
    FROM taken WHERE (requests, jobs, input_bytes, output_bytes, video_ms, cpu_ms) <> (0, 0, 0, 0, 0, 0)
    GROUP BY owner_id, day, api_key_id
    ON CONFLICT ON CONSTRAINT usage_key DO UPDATE
    SET requests = u.requests + excluded.requests, jobs = u.jobs + excluded.jobs,
        input_bytes = u.input_bytes + excluded.input_bytes, output_bytes = u.output_bytes + excluded.output_bytes,
        video_ms = u.video_ms + excluded.video_ms, cpu_ms = u.cpu_ms + excluded.cpu_ms
), stored AS (
    INSERT INTO stored_bytes AS s (owner_id, bytes)
    SELECT owner_id, sum(stored_bytes) FROM taken GROUP BY owner_id HAVING sum(stored_bytes) <> 0
    ON CONFLICT (owner_id) DO UPDATE SET bytes = s.bytes + excluded.bytes
)
SELECT count(*) FROM taken;

-- name: list_usage
-- The zero id stands for sessions, so that rows have an order.
WITH rows AS (
    SELECT owner_id, day, api_key_id, requests, jobs, input_bytes, output_bytes, video_ms, cpu_ms
    FROM usage
    WHERE day BETWEEN %(first)s::date AND %(last)s::date
      AND (%(owner_id)s::uuid IS NULL OR owner_id = %(owner_id)s::uuid)
    UNION ALL
    SELECT owner_id, day, api_key_id, requests, jobs, input_bytes, output_bytes, video_ms, cpu_ms
    FROM usage_entries
    WHERE day BETWEEN %(first)s::date AND %(last)s::date
      AND (%(owner_id)s::uuid IS NULL OR owner_id = %(owner_id)s::uuid)
      AND (requests, jobs, input_bytes, output_bytes, video_ms, cpu_ms) <> (0, 0, 0, 0, 0, 0)
), days AS (
    SELECT owner_id, day, api_key_id, sum(requests)::bigint AS requests, sum(jobs)::bigint AS jobs,
        sum(input_bytes)::bigint AS input_bytes, sum(output_bytes)::bigint AS output_bytes,
        sum(video_ms)::bigint AS video_ms, sum(cpu_ms)::bigint AS cpu_ms
    FROM rows GROUP BY owner_id, day, api_key_id
), counted AS (
    SELECT *, count(*) OVER () AS total, coalesce(api_key_id, '00000000-0000-0000-0000-000000000000') AS key_id
    FROM days
)
SELECT owner_id, day, api_key_id, requests, jobs, input_bytes, output_bytes, video_ms, cpu_ms, total
FROM counted
WHERE %(after_day)s::date IS NULL
   OR (%(after_day)s::date - day, owner_id, key_id) > (0, %(after_owner)s::uuid, %(after_key)s::uuid)
ORDER BY day DESC, owner_id, key_id
LIMIT %(limit)s::int;
