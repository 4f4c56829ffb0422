-- Sessions: begun by signing in, ended at once by signing out. No secret is kept here: tokens carry
-- the id of a session under a signature.

CREATE TABLE sessions (
    id           uuid PRIMARY KEY,
    user_id      uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    -- How often its token was renewed. A refresh token of an earlier generation was copied.
    generation   integer NOT NULL DEFAULT 0 CHECK (generation >= 0),
    created_at   timestamptz NOT NULL DEFAULT now(),
    renewed_at   timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL,
    ended_at     timestamptz
);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expires ON sessions (expires_at);
