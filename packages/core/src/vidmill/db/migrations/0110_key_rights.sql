-- What an API key may do, from where, and how often. A version that does not know of these gives its
-- keys every right, as it always did.
ALTER TABLE api_keys
    ADD COLUMN scopes text[] NOT NULL DEFAULT '{read,write,admin}'
        CONSTRAINT api_keys_scopes CHECK
            (cardinality(scopes) > 0 AND scopes <@ '{read,write,admin}'::text[]),
    -- NULL: from anywhere.
    ADD COLUMN ip_allow cidr[] CONSTRAINT api_keys_ip_allow CHECK (cardinality(ip_allow) > 0),
    -- Requests an hour; NULL: only what holds for everybody.
    ADD COLUMN hourly_limit integer CONSTRAINT api_keys_hourly_limit CHECK (hourly_limit > 0),
    -- The key that replaces this one, which then ends with `expires_at` or `revoked_at`.
    ADD COLUMN rotated_to uuid REFERENCES api_keys ON DELETE SET NULL,
    ADD COLUMN last_used_address inet;
