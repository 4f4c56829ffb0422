-- Invitations to make an account: each is good once, for a while.

CREATE TABLE invites (
    id         uuid PRIMARY KEY,
    token_hash bytea NOT NULL CHECK (length(token_hash) = 32),
    -- NULL: for whatever address.
    email      text CHECK (email = lower(email)),
    role       user_role NOT NULL DEFAULT 'user',
    created_by uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at    timestamptz,
    used_by    uuid REFERENCES users ON DELETE SET NULL,
    revoked_at timestamptz,
    CONSTRAINT invites_token_hash_key UNIQUE (token_hash),
    CONSTRAINT invites_used_by CHECK (used_by IS NULL OR used_at IS NOT NULL)
);
CREATE INDEX invites_created ON invites (created_at DESC, id DESC);

-- Lists of accounts, newest first.
CREATE INDEX users_created ON users (created_at DESC, id DESC);
