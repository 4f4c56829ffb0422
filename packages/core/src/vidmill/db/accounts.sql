-- name: insert_user
INSERT INTO users (id, email, password_hash, role) VALUES (%(id)s, %(email)s, %(password_hash)s, %(role)s)
ON CONFLICT ON CONSTRAINT users_email_key DO NOTHING
RETURNING id, email, role, active, created_at;

-- name: fetch_user_by_email
SELECT id, email, role, active, created_at, password_hash FROM users WHERE email = %(email)s AND active;

-- name: set_password
UPDATE users SET password_hash = %(password_hash)s WHERE id = %(id)s;

-- name: insert_api_key
INSERT INTO api_keys (id, owner_id, name, prefix, key_hash, expires_at)
VALUES (%(id)s, %(owner_id)s, %(name)s, %(prefix)s, %(key_hash)s, %(expires_at)s)
ON CONFLICT ON CONSTRAINT api_keys_key_hash_key DO NOTHING;

-- name: fetch_user_by_api_key
SELECT u.id, u.email, u.role, u.active, u.created_at
FROM api_keys k JOIN users u ON u.id = k.owner_id
WHERE k.key_hash = %(key_hash)s AND k.revoked_at IS NULL AND u.active
  AND (k.expires_at IS NULL OR k.expires_at > now());

-- name: use_api_key
-- Both in one round trip, since every request asks; a write a minute is close enough.
WITH noted AS (
    UPDATE api_keys SET last_used_at = now()
    WHERE key_hash = %(key_hash)s AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
      AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute'))
SELECT u.id, u.email, u.role, u.active, u.created_at
FROM api_keys k JOIN users u ON u.id = k.owner_id
WHERE k.key_hash = %(key_hash)s AND k.revoked_at IS NULL AND u.active
  AND (k.expires_at IS NULL OR k.expires_at > now());
