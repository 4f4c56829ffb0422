-- name: any_user
SELECT EXISTS (SELECT FROM users);

-- name: insert_invite
INSERT INTO invites (id, token_hash, email, role, created_by, expires_at)
VALUES (%(id)s, %(token_hash)s, %(email)s, %(role)s, %(created_by)s,
        now() + make_interval(secs => %(ttl_seconds)s::integer))
RETURNING id, email, role, created_by, created_at, expires_at, used_at, used_by, revoked_at;

-- name: take_invite
UPDATE invites SET used_at = now()
WHERE token_hash = %(token_hash)s AND used_at IS NULL AND revoked_at IS NULL AND expires_at > now()
  AND (email IS NULL OR email = %(email)s)
RETURNING id, email, role, created_by, created_at, expires_at, used_at, used_by, revoked_at;

-- name: note_invited
UPDATE invites SET used_by = %(used_by)s WHERE id = %(id)s;

-- name: invite_is_good
SELECT EXISTS (
    SELECT FROM invites
    WHERE token_hash = %(token_hash)s AND used_at IS NULL AND revoked_at IS NULL AND expires_at > now()
      AND (email IS NULL OR email = %(email)s));

-- name: revoke_invite
UPDATE invites SET revoked_at = coalesce(revoked_at, now())
WHERE id = %(id)s AND used_at IS NULL RETURNING id;

-- name: find_invite
SELECT id FROM invites WHERE id = %(id)s;
