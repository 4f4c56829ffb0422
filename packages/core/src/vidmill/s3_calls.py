"""How S3 is called: on threads, for boto3 blocks, and with its errors as ours."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar, cast

from botocore.exceptions import BotoCoreError, ClientError

from vidmill.errors import MissingObject, RangeNotSatisfiable, StorageDown
from vidmill.objects import ContentChanged, NotReadable

R = TypeVar("R")

THREADS = 32
#: After this long storage is down for whoever waits; what moves a whole file has no such end.
CALL_SECONDS = 20.0
_MISSING = {"404", "NoSuchKey", "NotFound", "NoSuchUpload", "NoSuchBucket"}


class S3Calls:
    """One bucket, one client for what moves bytes, and the threads it blocks."""

    def __init__(self, bucket: str, internal: Any) -> None:
        self.bucket = bucket
        self._internal = internal
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="s3")

    async def _call(
        self, function: Callable[..., Any], *, seconds: float | None = None, **kwargs: Any
    ) -> Any:
        wanted: dict[str, Any] = {"Bucket": self.bucket, **kwargs}
        try:
            async with asyncio.timeout(CALL_SECONDS if seconds is None else seconds):
                return await self._run(function, **wanted)
        except TimeoutError as error:
            raise StorageDown from error

    async def _run(
        self,
        function: Callable[..., R],
        *args: Any,
        pool: ThreadPoolExecutor | None = None,
        **kwargs: Any,
    ) -> R:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(
                pool or self._pool, partial(function, *args, **kwargs)
            )
        except ClientError as error:
            if error_code(error) in _MISSING:
                raise MissingObject from error
            if error_code(error) == "InvalidRange":
                raise RangeNotSatisfiable from error
            if http_status(error) == 403:
                raise NotReadable from error
            if http_status(error) == 412:
                raise ContentChanged from error
            if http_status(error) >= 500:
                raise StorageDown from error
            raise
        except (BotoCoreError, OSError) as error:
            raise StorageDown from error


def error_code(error: ClientError) -> str:
    """Storage's own name of an error."""
    response = cast("dict[str, dict[str, Any]]", error.response)
    return str(response.get("Error", {}).get("Code", ""))


def http_status(error: ClientError) -> int:
    """0 where there is none."""
    response = cast("dict[str, dict[str, Any]]", error.response)
    return int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
