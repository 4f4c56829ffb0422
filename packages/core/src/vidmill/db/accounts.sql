-- name: insert_user
INSERT INTO users (id, email, password_hash, role) VALUES (%(id)s, %(email)s, %(password_hash)s, %(role)s)
ON CONFLICT ON CONSTRAINT users_email_key DO NOTHING
RETURNING id, email, role, active, created_at;

-- name: fetch_user_by_email
SELECT id, email, role, active, created_at, password_hash FROM users WHERE email = %(email)s AND active;

-- name: set_password
UPDATE users SET password_hash = %(password_hash)s WHERE id = %(id)s;

-- name: fetch_password_hash
SELECT password_hash FROM users WHERE id = %(id)s;

-- name: change_password
UPDATE users SET password_hash = %(new_hash)s
WHERE id = %(id)s AND password_hash = %(old_hash)s AND active RETURNING id;

-- name: end_other_sessions
UPDATE sessions SET ended_at = now()
WHERE user_id = %(id)s AND ended_at IS NULL AND id IS DISTINCT FROM %(session_id)s::uuid;

-- name: lock_administration
-- Who is the first and who the last administrator is decided by one at a time.
SELECT pg_advisory_xact_lock(hashtext('vidmill.administration'));

-- name: fetch_account
SELECT id, email, role, active, created_at, quota_jobs_per_day, quota_stored_bytes
FROM users WHERE id = %(id)s;

-- name: another_admin
SELECT EXISTS (SELECT FROM users WHERE role = 'admin' AND active AND id <> %(id)s);

-- name: change_account
UPDATE users
SET role = %(role)s, active = %(active)s, quota_jobs_per_day = %(quota_jobs_per_day)s,
    quota_stored_bytes = %(quota_stored_bytes)s
WHERE id = %(id)s;

-- name: end_sessions
UPDATE sessions SET ended_at = now() WHERE user_id = %(id)s AND ended_at IS NULL;

-- name: revoke_keys
UPDATE api_keys SET revoked_at = now() WHERE owner_id = %(id)s AND revoked_at IS NULL;

-- name: revoke_invites
UPDATE invites SET revoked_at = now()
WHERE created_by = %(id)s AND used_at IS NULL AND revoked_at IS NULL;
