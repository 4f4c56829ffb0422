"""S3: every object goes through here, and only this module imports boto3.

boto3 blocks, so each call runs on a thread of this module's own pool. Two clients: the internal
one moves bytes, the public one signs URLs for browsers (a signature covers the host).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.parse import quote

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.client import Config
from botocore.exceptions import BotoCoreError, ClientError

from vidmill.errors import MissingObject, RangeNotSatisfiable, StorageDown, UploadIncomplete
from vidmill.objects import ObjectBody, ObjectInfo
from vidmill.settings import Settings
from vidmill.uploads import Part

R = TypeVar("R")

THREADS = 32
#: Whole files move in parts of this size; one S3 part is never below 5 MiB.
TRANSFER = TransferConfig(
    multipart_threshold=64 * 1024**2, multipart_chunksize=32 * 1024**2, max_concurrency=4
)
CHUNK_BYTES = 1024**2
#: After this long storage is down for whoever waits; what moves a whole file has no such end.
CALL_SECONDS = 20.0
#: Making one object of 20 GB of parts may take minutes.
ASSEMBLE_SECONDS = 300.0
REPLACED = "The file in storage was replaced after its upload was completed. Upload it again."
_REFUSED_PARTS = {"InvalidPart", "InvalidPartOrder", "EntityTooSmall", "InvalidRequest"}
_MISSING = {"404", "NoSuchKey", "NotFound", "NoSuchUpload"}


class Storage:
    """The bucket. Every method raises `StorageDown` where storage does not answer."""

    def __init__(self, settings: Settings) -> None:
        self.bucket = settings.s3_bucket
        self._internal = _client(settings, settings.s3_endpoint_url)
        self._public = _client(settings, settings.s3_public_endpoint_url)
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="s3")

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
        for client in (self._internal, self._public):
            client.close()

    # Links

    def presign_put(
        self, key: str, *, content_type: str, size_bytes: int | None, ttl_seconds: int
    ) -> str:
        """A URL that takes one PUT of this key, type and, where known, exact size."""
        params: dict[str, Any] = {"Bucket": self.bucket, "Key": key, "ContentType": content_type}
        if size_bytes is not None:
            params["ContentLength"] = size_bytes
        return self._presign("put_object", params, ttl_seconds)

    def presign_part(self, key: str, upload_id: str, number: int, *, ttl_seconds: int) -> str:
        """A URL that takes one PUT of one part (numbers from 1)."""
        params = {"Bucket": self.bucket, "Key": key, "UploadId": upload_id, "PartNumber": number}
        return self._presign("upload_part", params, ttl_seconds)

    def presign_get(self, key: str, *, ttl_seconds: int, filename: str | None = None) -> str:
        """A URL that reads one object; with `filename`, as a download of that name."""
        params = {"Bucket": self.bucket, "Key": key}
        if filename is not None:
            params["ResponseContentDisposition"] = (
                f"attachment; filename*=UTF-8''{quote(filename, safe='')}"
            )
        return self._presign("get_object", params, ttl_seconds)

    def _presign(self, operation: str, params: dict[str, Any], ttl_seconds: int) -> str:
        return self._public.generate_presigned_url(operation, Params=params, ExpiresIn=ttl_seconds)

    # Multipart uploads

    async def create_multipart(self, key: str, *, content_type: str) -> str:
        """Begin a multipart upload; returns its id."""
        create = self._internal.create_multipart_upload
        return (await self._call(create, Key=key, ContentType=content_type))["UploadId"]

    async def list_parts(self, key: str, upload_id: str) -> list[Part]:
        """The parts that are stored so far, by number. Raises `MissingObject` for an upload that
        storage no longer knows."""
        parts: list[Part] = []
        marker = 0
        while True:
            reply = await self._call(
                self._internal.list_parts, Key=key, UploadId=upload_id, PartNumberMarker=marker
            )
            parts += [Part(p["PartNumber"], p["ETag"], p["Size"]) for p in reply.get("Parts", [])]
            if not reply.get("IsTruncated"):
                return parts
            marker = int(reply["NextPartNumberMarker"])

    async def complete_multipart(self, key: str, upload_id: str, parts: Iterable[Part]) -> None:
        """Make one object of the parts. Raises `UploadIncomplete` where storage refuses them."""
        listed = [{"PartNumber": p.number, "ETag": p.etag} for p in parts]
        try:
            await self._call(
                self._internal.complete_multipart_upload,
                Key=key,
                UploadId=upload_id,
                MultipartUpload={"Parts": listed},
                seconds=ASSEMBLE_SECONDS,
            )
        except ClientError as error:
            if _error_code(error) in _REFUSED_PARTS:
                raise UploadIncomplete(
                    "Storage refused the parts as they are. Send them again, then complete."
                ) from error
            raise

    async def abort_multipart(self, key: str, upload_id: str) -> None:
        """Drop a multipart upload and its parts; nothing happens if it is gone."""
        try:
            await self._call(self._internal.abort_multipart_upload, Key=key, UploadId=upload_id)
        except MissingObject:
            return

    # Objects

    async def head(self, key: str) -> ObjectInfo:
        """What an object is. Raises `MissingObject`."""
        return _info(key, await self._call(self._internal.head_object, Key=key))

    async def put(self, key: str, body: bytes, *, content_type: str) -> None:
        """Store a small object."""
        await self._call(self._internal.put_object, Key=key, Body=body, ContentType=content_type)

    async def upload_file(self, path: Path, key: str, *, content_type: str) -> None:
        """Store a file; a large one in parts."""
        await self._run(
            self._internal.upload_file,
            str(path),
            self.bucket,
            key,
            ExtraArgs={"ContentType": content_type},
            Config=TRANSFER,
        )

    async def copy(self, key: str, target: str) -> None:
        """Copy an object inside the store, a large one in parts. Raises `MissingObject`."""
        source = {"Bucket": self.bucket, "Key": key}
        await self._run(self._internal.copy, source, self.bucket, target, Config=TRANSFER)

    async def download_file(self, key: str, path: Path, *, etag: str | None = None) -> None:
        """Fetch an object into a file that appears whole or not at all. With `etag`, raises
        `MissingObject` where the content is no longer the one that was pinned."""
        partial_path = path.with_name(path.name + ".part")
        if etag is not None and (await self.head(key)).etag != etag:
            raise MissingObject(REPLACED)
        await self._run(
            self._internal.download_file, self.bucket, key, str(partial_path), Config=TRANSFER
        )
        partial_path.replace(path)

    async def open(self, key: str, *, byte_range: str | None = None) -> ObjectBody:
        """Read an object, or a range of it (an HTTP Range header's value), in chunks of 1 MiB.
        Raises `MissingObject`, `RangeNotSatisfiable`."""
        extra: dict[str, Any] = {"Range": byte_range} if byte_range else {}
        reply = await self._call(self._internal.get_object, Key=key, **extra)
        stream = reply["Body"]

        async def chunks() -> AsyncGenerator[bytes]:
            try:
                while chunk := await self._run(stream.read, CHUNK_BYTES):
                    yield chunk
            finally:
                stream.close()

        return ObjectBody(
            _info(key, reply), reply.get("ContentRange"), int(reply["ContentLength"]), chunks()
        )

    async def read_range(self, key: str, start: int, end: int, *, etag: str) -> bytes:
        """Bytes [start, end) of an object. Raises `MissingObject` where it is gone or its content
        is no longer the one that was pinned."""
        body = await self.open(key, byte_range=f"bytes={start}-{end - 1}")
        data = b"".join([chunk async for chunk in body.chunks])
        if body.info.etag != etag:
            raise MissingObject(REPLACED)
        return data

    async def read(self, key: str) -> bytes:
        """A small object's whole content. Raises `MissingObject`."""
        body = await self.open(key)
        return b"".join([chunk async for chunk in body.chunks])

    async def list_keys(self, prefix: str) -> list[str]:
        """Every key below a prefix."""
        keys: list[str] = []
        token: dict[str, Any] = {}
        while True:
            reply = await self._call(self._internal.list_objects_v2, Prefix=prefix, **token)
            keys += [entry["Key"] for entry in reply.get("Contents", [])]
            if not reply.get("IsTruncated"):
                return keys
            token = {"ContinuationToken": reply["NextContinuationToken"]}

    async def delete_prefix(self, prefix: str) -> int:
        """Remove every object below a prefix; returns how many there were."""
        keys = await self.list_keys(prefix)
        for start in range(0, len(keys), 500):
            batch = [{"Key": key} for key in keys[start : start + 500]]
            wanted = {"Objects": batch, "Quiet": True}
            await self._call(self._internal.delete_objects, Delete=wanted)
        return len(keys)

    async def ensure_bucket(self) -> None:
        """Create the bucket unless it is there."""
        try:
            await self._call(self._internal.head_bucket)
        except MissingObject:
            await self._call(self._internal.create_bucket)

    async def ping(self) -> None:
        """Raises `StorageDown` or `MissingObject` unless the bucket can be reached."""
        await self._call(self._internal.head_bucket)

    # Threads

    async def _call(
        self, function: Callable[..., Any], *, seconds: float | None = None, **kwargs: Any
    ) -> Any:
        try:
            async with asyncio.timeout(CALL_SECONDS if seconds is None else seconds):
                return await self._run(function, Bucket=self.bucket, **kwargs)
        except TimeoutError as error:
            raise StorageDown from error

    async def _run(self, function: Callable[..., R], *args: Any, **kwargs: Any) -> R:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._pool, partial(function, *args, **kwargs))
        except ClientError as error:
            if _error_code(error) in _MISSING:
                raise MissingObject from error
            if _error_code(error) == "InvalidRange":
                raise RangeNotSatisfiable from error
            if _http_status(error) >= 500:
                raise StorageDown from error
            raise
        except (BotoCoreError, OSError) as error:
            raise StorageDown from error


def _info(key: str, reply: dict[str, Any]) -> ObjectInfo:
    content_type = reply.get("ContentType", "application/octet-stream")
    return ObjectInfo(key, int(reply["ContentLength"]), reply["ETag"], content_type)


def _error_code(error: ClientError) -> str:
    response = cast("dict[str, dict[str, Any]]", error.response)
    return str(response.get("Error", {}).get("Code", ""))


def _http_status(error: ClientError) -> int:
    response = cast("dict[str, dict[str, Any]]", error.response)
    return int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _client(settings: Settings, endpoint: str) -> Any:
    return cast("Any", boto3).client(  # boto3 ships no types
        "s3",
        endpoint_url=endpoint,
        region_name=settings.s3_region,
        aws_access_key_id=settings.s3_access_key.get_secret_value(),
        aws_secret_access_key=settings.s3_secret_key.get_secret_value(),
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            # The newer default checksums upset several S3-alikes and cost a second pass.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            max_pool_connections=THREADS,
            connect_timeout=5,
            read_timeout=60,
            retries={"mode": "standard", "max_attempts": 3},
        ),
    )
