-- What one account may do, where that is not what the server's settings say: NULL for the settings,
-- -1 for no limit.
ALTER TABLE users
    ADD COLUMN quota_jobs_per_day integer CHECK (quota_jobs_per_day >= -1),
    ADD COLUMN quota_stored_bytes bigint CHECK (quota_stored_bytes >= -1);

-- Which key posted a job; NULL for a session. No foreign key: what was used stays counted under its
-- key when the key is gone.
ALTER TABLE jobs ADD COLUMN api_key_id uuid;
