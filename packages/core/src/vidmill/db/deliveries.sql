-- name: claim_deliveries
-- Each lane (an owner's receivers on one host) gets what room it has, so that a slow one holds up
-- nobody else; lanes are found by hopping through the index. A first attempt waits until the first
-- attempts of what happened to the same job before are over. Progress that something newer overtook
-- is not sent.
WITH RECURSIVE hops AS (
    (SELECT lane FROM deliveries WHERE status = 'pending' ORDER BY lane LIMIT 1)
    UNION ALL
    SELECT (SELECT d.lane FROM deliveries d WHERE d.status = 'pending' AND d.lane > h.lane
            ORDER BY d.lane LIMIT 1)
    FROM hops h WHERE h.lane IS NOT NULL
), rooms AS (
    SELECT h.lane, coalesce(known.room, %(room)s) AS room
    FROM hops h
    LEFT JOIN unnest(%(lanes)s::bigint[], %(rooms)s::int[]) AS known (lane, room) ON known.lane = h.lane
    WHERE h.lane IS NOT NULL AND coalesce(known.room, %(room)s) > 0
    ORDER BY random()
), due AS MATERIALIZED (
    SELECT d.id FROM rooms CROSS JOIN LATERAL (
        SELECT d.id FROM deliveries d
        WHERE d.lane = rooms.lane AND d.status = 'pending' AND d.next_attempt_at <= now()
          AND (d.attempts > 0 OR NOT EXISTS (
              SELECT FROM deliveries e
              WHERE e.webhook_id = d.webhook_id AND e.subject_id = d.subject_id AND e.seq < d.seq
                AND e.status = 'pending' AND e.attempts = 0))
        ORDER BY d.next_attempt_at, d.seq LIMIT rooms.room
        FOR UPDATE SKIP LOCKED) d
    LIMIT %(limit)s
), claimed AS (
    UPDATE deliveries d
    SET claims = d.claims + 1,
        status = CASE WHEN held.listens AND overtaken.yes THEN 'superseded' ELSE 'pending' END,
        finished_at = CASE WHEN held.listens AND overtaken.yes THEN now() END,
        next_attempt_at = CASE WHEN NOT held.listens THEN 'infinity'::timestamptz
            WHEN NOT overtaken.yes THEN now() + make_interval(secs => %(lease_seconds)s::float8) END
    FROM due
    JOIN deliveries same ON same.id = due.id
    JOIN LATERAL (SELECT w.active AND w.disabled_at IS NULL AS listens FROM webhooks w
        WHERE w.id = same.webhook_id) held ON true
    CROSS JOIN LATERAL (SELECT same.event = 'job.progress' AND EXISTS (
        SELECT FROM deliveries e
        WHERE e.webhook_id = same.webhook_id AND e.subject_id = same.subject_id AND e.seq > same.seq
    ) AS yes) overtaken
    WHERE d.id = due.id
    RETURNING d.*
)
SELECT c.id, c.claims AS claim, c.webhook_id, c.lane, c.event, c.payload, c.tries, c.status,
    c.next_attempt_at = 'infinity' AS held, w.url, w.secret,
    CASE WHEN w.previous_secret_until > now() THEN w.previous_secret END AS previous_secret
FROM claimed c JOIN webhooks w ON w.id = c.webhook_id
ORDER BY c.seq;

-- name: record_attempt
-- Only for whoever holds the claim; a row for each attempt, and since when all of them fail.
WITH done AS (
    UPDATE deliveries
    SET attempts = attempts + 1, tries = tries + 1,
        status = CASE WHEN %(delivered)s THEN 'delivered' WHEN %(delay_seconds)s::float8 IS NULL THEN 'failed'
            ELSE 'pending' END,
        finished_at = CASE WHEN %(delivered)s OR %(delay_seconds)s::float8 IS NULL THEN now() END,
        next_attempt_at = CASE WHEN NOT %(delivered)s
            THEN now() + make_interval(secs => %(delay_seconds)s::float8) END
    WHERE id = %(delivery_id)s AND claims = %(claim)s AND status = 'pending'
    RETURNING id, webhook_id, attempts
), logged AS (
    INSERT INTO delivery_attempts (delivery_id, number, started_at, seconds, url, request_head,
        request_size, request_sha256, response_status, response_head, response_body, error)
    SELECT id, attempts, %(started_at)s, %(seconds)s, %(url)s, %(request_head)s, %(request_size)s,
        %(request_sha256)s, %(response_status)s, %(response_head)s, %(response_body)s, %(error)s
    FROM done
), noted AS (
    UPDATE webhooks w SET failing_since = CASE WHEN NOT %(delivered)s THEN now() END
    FROM done WHERE w.id = done.webhook_id AND (w.failing_since IS NULL) <> %(delivered)s
)
SELECT w.failing_since FROM done JOIN webhooks w ON w.id = done.webhook_id;

-- name: fetch_delivery
SELECT d.id, d.seq, d.webhook_id, w.owner_id, d.event, d.subject_id, d.payload, d.status, d.attempts,
    nullif(d.next_attempt_at, 'infinity') AS next_attempt_at, d.created_at, d.finished_at
FROM deliveries d JOIN webhooks w ON w.id = d.webhook_id WHERE d.id = %(id)s;

-- name: fetch_attempts
SELECT * FROM delivery_attempts WHERE delivery_id = ANY(%(ids)s) ORDER BY delivery_id, number;

-- name: insert_test
INSERT INTO deliveries (id, webhook_id, lane, event, subject_id, payload)
SELECT %(id)s, w.id, w.lane, %(event)s, w.id, %(payload)s FROM webhooks w WHERE w.id = %(webhook_id)s;

-- name: send_again
UPDATE deliveries SET status = 'pending', tries = 0, next_attempt_at = now(), finished_at = NULL,
    claims = claims + 1
WHERE id = %(id)s;

-- name: forget_deliveries
DELETE FROM deliveries WHERE id IN (
    SELECT id FROM deliveries WHERE created_at < now() - make_interval(secs => %(seconds)s::float8)
    ORDER BY created_at LIMIT 10000);

-- name: count_pending
SELECT count(*), coalesce(extract(epoch FROM now() - min(created_at)), 0) FROM deliveries
WHERE status = 'pending' AND next_attempt_at < 'infinity';
