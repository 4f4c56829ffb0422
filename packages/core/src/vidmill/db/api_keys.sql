-- name: insert_api_key
-- Who is being switched off meanwhile gets no key, or has it revoked.
INSERT INTO api_keys (id, owner_id, name, prefix, key_hash, scopes, expires_at, hourly_limit, ip_allow)
SELECT %(id)s, u.id, %(name)s, %(prefix)s, %(key_hash)s, %(scopes)s, %(expires_at)s, %(hourly_limit)s,
       %(ip_allow)s
FROM users u WHERE u.id = %(owner_id)s AND u.active FOR SHARE
ON CONFLICT ON CONSTRAINT api_keys_key_hash_key DO NOTHING
RETURNING id, owner_id, name, prefix, scopes, created_at, expires_at, revoked_at, hourly_limit, ip_allow,
          rotated_to, last_used_at, last_used_address;

-- name: find_api_key
SELECT k.id, array_to_string(k.scopes, ','), k.hourly_limit,
       k.ip_allow IS NULL OR coalesce(%(address)s::inet <<= ANY (k.ip_allow), false),
       u.id, u.email, u.role, u.active, u.created_at
FROM api_keys k JOIN users u ON u.id = k.owner_id
WHERE k.key_hash = %(key_hash)s AND k.revoked_at IS NULL AND u.active
  AND (k.expires_at IS NULL OR k.expires_at > now());

-- name: use_api_key
-- Both in one round trip, since every request asks; a write a minute is close enough.
WITH noted AS (
    UPDATE api_keys SET last_used_at = now(), last_used_address = %(address)s::inet
    WHERE key_hash = %(key_hash)s AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
      AND (ip_allow IS NULL OR %(address)s::inet <<= ANY (ip_allow))
      AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute'))
SELECT k.id, array_to_string(k.scopes, ','), k.hourly_limit,
       k.ip_allow IS NULL OR coalesce(%(address)s::inet <<= ANY (k.ip_allow), false),
       u.id, u.email, u.role, u.active, u.created_at
FROM api_keys k JOIN users u ON u.id = k.owner_id
WHERE k.key_hash = %(key_hash)s AND k.revoked_at IS NULL AND u.active
  AND (k.expires_at IS NULL OR k.expires_at > now());

-- name: fetch_api_key
SELECT id, owner_id, name, prefix, scopes, created_at, expires_at, revoked_at, hourly_limit, ip_allow,
       rotated_to, last_used_at, last_used_address
FROM api_keys WHERE id = %(id)s;

-- name: lock_api_key
SELECT id, owner_id, name, prefix, scopes, created_at, expires_at, revoked_at, hourly_limit, ip_allow,
       rotated_to, last_used_at, last_used_address
FROM api_keys WHERE id = %(id)s FOR UPDATE;

-- name: revoke_api_key
UPDATE api_keys SET revoked_at = coalesce(revoked_at, now()) WHERE id = %(id)s;

-- name: replace_api_key
UPDATE api_keys
SET rotated_to = %(rotated_to)s,
    revoked_at = CASE WHEN %(overlap_seconds)s::integer = 0 THEN now() END,
    expires_at = least(expires_at, now() + make_interval(secs => %(overlap_seconds)s::integer))
WHERE id = %(id)s;
