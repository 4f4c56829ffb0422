-- name: claim_key
INSERT INTO idempotency_keys (owner_id, key, request_hash) VALUES (%(owner_id)s, %(key)s, %(request_hash)s)
ON CONFLICT (owner_id, key) DO NOTHING RETURNING key;

-- name: fetch_key
SELECT request_hash, status, response FROM idempotency_keys WHERE owner_id = %(owner_id)s AND key = %(key)s;

-- name: store_response
UPDATE idempotency_keys SET status = %(status)s, response = %(response)s
WHERE owner_id = %(owner_id)s AND key = %(key)s;

-- name: forget_keys
DELETE FROM idempotency_keys WHERE created_at < now() - interval '24 hours';
