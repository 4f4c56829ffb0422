-- From where and with what one signed in, so that owners recognise their sessions. Unknown of those
-- that were begun before.

ALTER TABLE sessions
    ADD COLUMN address    inet,
    ADD COLUMN user_agent text CHECK (length(user_agent) <= 300);
