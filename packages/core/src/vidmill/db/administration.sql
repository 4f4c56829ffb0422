-- name: failed_jobs
SELECT id, owner_id FROM jobs
WHERE finished_at IS NOT NULL AND status = 'failed'
  AND (%(error_code)s::text IS NULL OR error_code = %(error_code)s)
  AND (%(owner_id)s::uuid IS NULL OR owner_id = %(owner_id)s)
  AND (%(failed_from)s::timestamptz IS NULL OR finished_at >= %(failed_from)s)
  AND (%(failed_to)s::timestamptz IS NULL OR finished_at < %(failed_to)s)
ORDER BY finished_at LIMIT %(limit)s;

-- name: count_failed_jobs
SELECT count(*) FROM jobs
WHERE finished_at IS NOT NULL AND status = 'failed'
  AND (%(error_code)s::text IS NULL OR error_code = %(error_code)s)
  AND (%(owner_id)s::uuid IS NULL OR owner_id = %(owner_id)s)
  AND (%(failed_from)s::timestamptz IS NULL OR finished_at >= %(failed_from)s)
  AND (%(failed_to)s::timestamptz IS NULL OR finished_at < %(failed_to)s);

-- name: old_jobs
SELECT id, owner_id FROM jobs WHERE finished_at < now() - make_interval(days => %(days)s)
ORDER BY finished_at LIMIT %(limit)s;

-- name: count_old_jobs
SELECT count(*) FROM jobs WHERE finished_at < now() - make_interval(days => %(days)s);

-- name: dead_letters_by_code
SELECT error_code AS code, count(*) FROM dead_letters WHERE retried_at IS NULL
GROUP BY error_code ORDER BY count(*) DESC, error_code;

-- name: jobs_of_dead_letters
-- A job whose verification failed is published, and nothing of it is to be made again.
SELECT d.job_id, j.owner_id, min(d.created_at) FROM dead_letters d JOIN jobs j ON j.id = d.job_id AND j.status = 'failed'
WHERE d.retried_at IS NULL AND (%(code)s::text IS NULL OR d.error_code = %(code)s)
  AND (%(ids)s::uuid[] IS NULL OR d.id = ANY(%(ids)s))
GROUP BY d.job_id, j.owner_id ORDER BY min(d.created_at) LIMIT %(limit)s;

-- name: count_jobs_of_dead_letters
SELECT count(DISTINCT d.job_id) FROM dead_letters d JOIN jobs j ON j.id = d.job_id AND j.status = 'failed'
WHERE d.retried_at IS NULL AND (%(code)s::text IS NULL OR d.error_code = %(code)s)
  AND (%(ids)s::uuid[] IS NULL OR d.id = ANY(%(ids)s));

-- name: delete_dead_letters
DELETE FROM dead_letters WHERE retried_at IS NULL AND (%(code)s::text IS NULL OR error_code = %(code)s);
