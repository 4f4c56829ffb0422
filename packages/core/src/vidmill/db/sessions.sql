-- name: begin_session
INSERT INTO sessions (id, user_id, expires_at, address, user_agent)
VALUES (%(id)s, %(user_id)s, now() + make_interval(secs => %(ttl_seconds)s::float8),
        %(address)s, %(user_agent)s);

-- name: begin_session_with
-- A change of the password at the same time waits for this, and ends it; or this waits, and finds
-- another password.
INSERT INTO sessions (id, user_id, expires_at, address, user_agent)
SELECT %(id)s, id, now() + make_interval(secs => %(ttl_seconds)s::float8),
       %(address)s, %(user_agent)s
FROM users WHERE id = %(user_id)s AND active AND password_hash = %(password_hash)s
FOR SHARE
RETURNING id;

-- name: fetch_session_user
SELECT u.id, u.email, u.role, u.active, u.created_at
FROM sessions s JOIN users u ON u.id = s.user_id
WHERE s.id = %(id)s AND s.ended_at IS NULL AND s.expires_at > now() AND u.active;

-- name: use_session
-- Both in one round trip, since every request asks; a write an hour is close enough.
WITH noted AS (
    UPDATE sessions
    SET last_used_at = now(), expires_at = now() + make_interval(secs => %(ttl_seconds)s::float8)
    WHERE id = %(id)s AND ended_at IS NULL AND expires_at > now()
      AND last_used_at < now() - interval '1 hour')
SELECT u.id, u.email, u.role, u.active, u.created_at
FROM sessions s JOIN users u ON u.id = s.user_id
WHERE s.id = %(id)s AND s.ended_at IS NULL AND s.expires_at > now() AND u.active;

-- name: renew_session
-- The generation before the present one counts for some seconds more: its answer may have been lost
-- on the way, or two windows may have asked at once. They then get the same.
UPDATE sessions s
SET generation = %(generation)s + 1,
    renewed_at = CASE WHEN s.generation = %(generation)s THEN now() ELSE s.renewed_at END,
    last_used_at = now(),
    expires_at = now() + make_interval(secs => %(ttl_seconds)s::float8)
FROM users u
WHERE s.id = %(id)s AND u.id = s.user_id AND u.active AND s.ended_at IS NULL AND s.expires_at > now()
  AND (s.generation = %(generation)s
       OR s.generation = %(generation)s + 1 AND s.renewed_at > now() - interval '10 seconds')
RETURNING u.id, u.email, u.role, u.active, u.created_at;

-- name: end_session
UPDATE sessions SET ended_at = now() WHERE id = %(id)s AND ended_at IS NULL RETURNING id;

-- name: end_copied_session
UPDATE sessions SET ended_at = now()
WHERE id = %(id)s AND ended_at IS NULL AND generation > %(generation)s RETURNING id;

-- name: end_sessions_of
UPDATE sessions SET ended_at = now() WHERE user_id = %(user_id)s AND ended_at IS NULL;

-- name: forget_sessions
DELETE FROM sessions WHERE expires_at < now() OR ended_at < now() - interval '1 day';

-- name: end_own_session
UPDATE sessions SET ended_at = now()
WHERE id = %(id)s AND user_id = %(user_id)s AND ended_at IS NULL AND expires_at > now() RETURNING id;
