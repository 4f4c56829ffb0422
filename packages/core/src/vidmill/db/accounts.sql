-- name: insert_user
INSERT INTO users (id, email, password_hash, role) VALUES (%(id)s, %(email)s, %(password_hash)s, %(role)s)
ON CONFLICT ON CONSTRAINT users_email_key DO NOTHING
RETURNING id, email, role, active, created_at;

-- name: fetch_user_by_email
SELECT id, email, role, active, created_at, password_hash FROM users WHERE email = %(email)s AND active;

-- name: set_password
UPDATE users SET password_hash = %(password_hash)s WHERE id = %(id)s;
