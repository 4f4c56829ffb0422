"""The connection pool, and the one place where driver errors become domain errors."""

from __future__ import annotations

import asyncio
import logging
import select
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import orjson
import psycopg
from psycopg.rows import TupleRow
from psycopg.types.json import set_json_dumps, set_json_loads
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout

from vidmill.errors import DatabaseDown

log = logging.getLogger(__name__)

set_json_loads(orjson.loads)
set_json_dumps(orjson.dumps)

Connection = psycopg.AsyncConnection[TupleRow]

#: How long a request waits for a connection before it is told that the database is down.
ACQUIRE_TIMEOUT_SECONDS = 5.0
#: No use of a connection takes longer, however busy the server; statements take milliseconds.
USE_TIMEOUT_SECONDS = 30.0
#: A pool that lost PostgreSQL tries again after 1, 2, 4, … s, for this long; then whoever next asks
#: for a connection begins anew, at once. So the server's return is noticed within 2 s; with more
#: time, pauses would grow as long as the outage.
RECONNECT_TIMEOUT_SECONDS = 5.0


class Database:
    """A pool of autocommit connections; `transaction()` for statements that belong together."""

    def __init__(self, url: str, *, size: int, name: str, options: str = "") -> None:
        """`size`: connections at most. `name`: shown in pg_stat_activity. `options`: settings of
        each session, as in PGOPTIONS ("-c default_transaction_read_only=on")."""
        kwargs: dict[str, Any] = {
            "autocommit": True,
            "application_name": name,
            "connect_timeout": 5,
            # Times leave the database in UTC whatever the server's own zone is.
            "options": f"-c timezone=UTC {options}".strip(),
            # Half-open connections after a server's crash are noticed in seconds, not hours.
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
        }
        self.pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            url,
            kwargs=kwargs,
            min_size=1,
            max_size=size,
            timeout=ACQUIRE_TIMEOUT_SECONDS,
            reconnect_timeout=RECONNECT_TIMEOUT_SECONDS,
            # What a restarted server left dead is replaced before it fails a request.
            check=_check,
            open=False,
            name=name,
        )

    async def open(self) -> None:
        """Start the pool without waiting: a service may start before its database."""
        await self.pool.open(wait=False)

    async def close(self) -> None:
        await self.pool.close(timeout=5)

    @asynccontextmanager
    async def connection(
        self, *, seconds: float | None = USE_TIMEOUT_SECONDS
    ) -> AsyncGenerator[Connection]:
        """A connection in autocommit mode, for at most that long: whoever waits for a server that
        took a statement and never answers would wait for ever. Raises `DatabaseDown`."""
        try:
            async with asyncio.timeout(seconds), self.pool.connection() as conn:
                yield conn
        except (PoolTimeout, PoolClosed, TimeoutError) as error:
            raise DatabaseDown from error
        except psycopg.OperationalError as error:
            if isinstance(error, psycopg.errors.LockNotAvailable | psycopg.errors.QueryCanceled):
                raise
            log.warning("database unavailable", extra={"error": str(error).strip()})
            raise DatabaseDown from error

    @asynccontextmanager
    async def transaction(
        self, *, seconds: float | None = USE_TIMEOUT_SECONDS
    ) -> AsyncGenerator[Connection]:
        """A connection inside one transaction: all or nothing; raises `DatabaseDown`."""
        async with self.connection(seconds=seconds) as conn, conn.transaction():
            yield conn


async def _check(conn: Connection) -> None:
    """Raises `psycopg.OperationalError` on a connection that the server has ended: then there is
    something to be read unasked, its last words or the end. So usually no round trip is needed,
    of which a request that uses several connections in turn would have as many."""
    unread = select.poll()
    unread.register(conn.fileno(), select.POLLIN)
    if unread.poll(0):
        await AsyncConnectionPool.check_connection(conn)
