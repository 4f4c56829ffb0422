"""Logs: one JSON object a line, with the ids of the request, job and task they belong to."""

from __future__ import annotations

import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import orjson

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
job_id: ContextVar[str | None] = ContextVar("job_id", default=None)
task_id: ContextVar[str | None] = ContextVar("task_id", default=None)

_CONTEXT: dict[str, ContextVar[str | None]] = {
    "request_id": request_id,
    "job_id": job_id,
    "task_id": task_id,
}
#: What every record has of itself; whatever else it carries came by `extra`.
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonFormatter(logging.Formatter):
    """Renders a record as one line of JSON: time, level, service, logger, message, ids, extras."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self.service = service

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "service": self.service,
            "logger": record.name,
            "message": record.getMessage(),
        }
        for name, variable in _CONTEXT.items():
            if (value := variable.get()) is not None:
                line[name] = value
        line |= {k: v for k, v in vars(record).items() if k not in _STANDARD}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str).decode()


def configure_logging(service: str, level: str) -> None:
    """Send every log of this process to standard error as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter(service))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # Their INFO tells of each connection and request; ours says what happened to whom.
    for noisy in ("botocore", "boto3", "urllib3", "s3transfer", "psycopg.pool", "asyncio"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, root.level))
