"""A database as an installation has it after a year: a million jobs of ten thousand users.

Made by SQL alone, without triggers and with the indexes put back at the end, which takes some ten
minutes on two cores. The outputs (renditions, files) of the last tenth of the jobs are there, those
of older ones were deleted, as where outputs are kept for a month.
"""

from __future__ import annotations

import os
import time
from typing import LiteralString, cast

import psycopg

from vidmill.blocks import load_blocks

USERS = 10_000
_STEPS = (
    "make_ids", "insert_users", "plan_jobs", "insert_videos", "insert_jobs", "insert_tasks",
    "insert_renditions", "insert_assets", "count_jobs", "drop_plan",
)  # fmt: skip
_INDEXES = """
    SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
    FROM pg_index i LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid
    WHERE i.indrelid = ANY(ARRAY['videos', 'jobs', 'tasks', 'renditions', 'assets']::regclass[])
      AND k.oid IS NULL
"""


def populate(url: str, jobs: int) -> None:
    """Fill a migrated database; its owner has to be a superuser."""
    blocks = load_blocks("bench.rest", "population.sql")
    values = {"jobs": jobs, "users": USERS, "whole": jobs // 10}
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET maintenance_work_mem = '256MB'")
        connection.execute("SET work_mem = '128MB'")
        connection.execute("SELECT setseed(0.5)")
        indexes = connection.execute(_INDEXES).fetchall()
        for name, _ in indexes:
            connection.execute(cast("LiteralString", f"DROP INDEX {name}"))
        for step in _STEPS:
            begun = time.monotonic()
            connection.execute(blocks[step], values)
            print(f"  {step} {time.monotonic() - begun:.0f} s", flush=True)
        for _, definition in indexes:
            connection.execute(cast("LiteralString", definition))
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
    # What filling it left to be written would hold up the commits that are measured.
    os.sync()
