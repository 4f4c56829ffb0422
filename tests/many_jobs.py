"""An account with many jobs, as the browser test of the list wants them, in the database that
DATABASE_URL names.

    python -m tests.many_jobs make 10000     prints the account's address and password as JSON
    python -m tests.many_jobs advance EMAIL  brings all that is under way forward by a tenth, and
                                             tells whoever watches by the Redis of REDIS_URL
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from uuid import UUID

import psycopg

from vidmill.ids import new_id
from vidmill.passwords import hash_password
from vidmill.queue import Queue

PASSWORD = "a list of ten thousand jobs"  # of an account that lives for a test

#: The newest are under way, of a worker that nobody looks for; else mostly completed ones. None is
#: queued, for a worker would take it.
INSERT_JOBS = """
CREATE TEMPORARY TABLE made ON COMMIT DROP AS
SELECT n, gen_random_uuid() AS job_id, gen_random_uuid() AS video_id,
    now() - interval '30 days' * ((%(jobs)s - n)::float8 / %(jobs)s) - interval '10 minutes' AS at,
    (CASE WHEN n > %(jobs)s - 15 THEN 'processing' WHEN n %% 20 = 7 THEN 'failed'
        WHEN n %% 50 = 11 THEN 'cancelled' ELSE 'completed' END)::job_status AS status,
    format('take %%s.mp4', lpad(n::text, 5, '0')) AS filename,
    CASE WHEN n %% 4 = 0 THEN 'mobile' ELSE 'web' END AS preset, (n %% 11)::smallint AS priority
FROM generate_series(1, %(jobs)s) n;

INSERT INTO videos (id, owner_id, title, object_key, filename, content_type, size_bytes, etag,
    created_at)
SELECT video_id, %(owner)s, filename,
    format('uploads/%%s/%%s/%%s', %(owner)s::uuid, video_id, filename), filename,
    'video/mp4', 1000000, md5(n::text), at FROM made;

INSERT INTO jobs (id, owner_id, video_id, status, priority, preset, spec, metadata, filename,
    source, progress, created_at, updated_at, started_at, playable_at, finished_at, error_code,
    error_message, error_task, output_bytes)
SELECT job_id, %(owner)s, video_id, m.status, m.priority, m.preset, p.spec, '{}', filename,
    '{"format": "mp4", "size_bytes": 1000000, "duration_seconds": 61.5, "bitrate_bps": 130000,
      "video": null, "audio": []}'::jsonb,
    CASE m.status WHEN 'completed' THEN 1 ELSE 0.1 END, at, at, at,
    CASE WHEN m.status = 'completed' THEN at END,
    CASE WHEN m.status <> 'processing' THEN at + interval '1 minute' END,
    CASE WHEN m.status = 'failed' THEN 'ffmpeg_failed' END,
    CASE WHEN m.status = 'failed' THEN 'FFmpeg ended with an error.' END,
    CASE WHEN m.status = 'failed' THEN 'video'::task_kind END,
    CASE WHEN m.status = 'completed' THEN 5000000 END
FROM made m JOIN presets p ON p.name = m.preset AND p.owner_id IS NULL;

INSERT INTO tasks (id, job_id, kind, status, priority, attempt, max_attempts, worker_id,
    lease_expires_at, queued_at, started_at)
SELECT gen_random_uuid(), job_id, 'plan', 'running', priority, 1, 5, 'nobody',
    now() + interval '1 day', at, at FROM made WHERE status = 'processing';
"""


def make(conn: psycopg.Connection, jobs: int) -> dict[str, str]:
    """What to sign in with."""
    owner: UUID = new_id()
    email = f"{owner}@example.com"
    conn.execute(
        "INSERT INTO users (id, email, password_hash) VALUES (%s, %s, %s)",
        [owner, email, asyncio.run(hash_password(PASSWORD))],
    )
    # Several statements take no parameters on the server's side.
    with psycopg.ClientCursor(conn) as cursor:
        cursor.execute(INSERT_JOBS, {"jobs": jobs, "owner": owner})
    return {"email": email, "password": PASSWORD}


def advance(conn: psycopg.Connection, email: str) -> list[tuple[UUID, UUID]]:
    """All jobs of the account that are under way; returns them and their owner."""
    cursor = conn.execute(
        """UPDATE jobs SET progress = least(0.9, progress + 0.1), updated_at = now()
        WHERE status = 'processing' AND owner_id = (SELECT id FROM users WHERE email = %s)
        RETURNING id, owner_id""",
        [email],
    )
    return cursor.fetchall()


async def announce(jobs: list[tuple[UUID, UUID]]) -> None:
    """As workers do."""
    queue = Queue(os.environ["REDIS_URL"])
    for job_id, owner_id in jobs:
        queue.announce(job_id, owner_id)
    await queue.close()


if __name__ == "__main__":
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        if sys.argv[1] == "make":
            print(json.dumps(make(connection, int(sys.argv[2]))))  # noqa: T201
        else:
            changed = advance(connection, sys.argv[2])
            connection.commit()
            asyncio.run(announce(changed))
