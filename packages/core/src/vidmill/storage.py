"""S3: every object goes through here, and only this module imports boto3.

Of its clients the internal one moves bytes, and the public one signs URLs for browsers (a signature
covers the host). What arrives in pieces is in `multipart`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.client import Config

from vidmill.errors import MissingObject
from vidmill.multipart import MultipartUploads
from vidmill.objects import ContentChanged, ObjectBody, ObjectInfo
from vidmill.s3_calls import THREADS
from vidmill.settings import Settings
from vidmill.source_places import split_reference

#: Whole files move in parts of this size; one S3 part is never below 5 MiB.
TRANSFER = TransferConfig(
    multipart_threshold=64 * 1024**2, multipart_chunksize=32 * 1024**2, max_concurrency=4
)
CHUNK_BYTES = 1024**2


class Storage(MultipartUploads):
    """The bucket. Every method raises `StorageDown` where storage does not answer."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(
            settings.s3_bucket,
            internal=_client(settings, settings.s3_endpoint_url),
            streaming=_client(settings, settings.s3_endpoint_url, repeatable=False),
        )
        self._public = _client(settings, settings.s3_public_endpoint_url)

    def close(self) -> None:
        super().close()
        self._public.close()

    # Links

    def presign_put(
        self, key: str, *, content_type: str, size_bytes: int | None, ttl_seconds: int
    ) -> str:
        """A URL that takes one PUT of this key, type and, where known, exact size."""
        params: dict[str, Any] = {"Bucket": self.bucket, "Key": key, "ContentType": content_type}
        if size_bytes is not None:
            params["ContentLength"] = size_bytes
        return self._presign("put_object", params, ttl_seconds)

    def presign_part(
        self, key: str, upload_id: str, number: int, *, size_bytes: int, ttl_seconds: int
    ) -> str:
        """A URL that takes one PUT of one part (numbers from 1) of exactly that size."""
        params: dict[str, Any] = {"Bucket": self.bucket, "Key": key, "UploadId": upload_id}
        sized = {"PartNumber": number, "ContentLength": size_bytes}
        return self._presign("upload_part", params | sized, ttl_seconds)

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

    # Objects

    async def head(self, key: str) -> ObjectInfo:
        """What an object is. Raises `MissingObject`, `NotReadable`."""
        return _info(key, await self._call(self._internal.head_object, **_place(key)))

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
        `ContentChanged` where the content is no longer the one that was pinned."""
        partial_path = path.with_name(path.name + ".part")
        if etag is None:
            await self._run(
                self._internal.download_file, self.bucket, key, str(partial_path), Config=TRANSFER
            )
        else:
            body = await self.open(key, etag=etag)
            with partial_path.open("wb") as file:
                async for chunk in body.chunks:
                    await asyncio.to_thread(file.write, chunk)
        partial_path.replace(path)

    async def open(
        self, key: str, *, byte_range: str | None = None, etag: str | None = None
    ) -> ObjectBody:
        """Read an object, or a range of it (an HTTP Range header's value), in chunks of 1 MiB.
        Raises `MissingObject`, `RangeNotSatisfiable`; with `etag`, `ContentChanged` where the
        content is no longer the one that was pinned."""
        extra: dict[str, Any] = {"Range": byte_range} if byte_range else {}
        if etag is not None:
            extra["IfMatch"] = etag
        reply = await self._call(self._internal.get_object, **_place(key), **extra)
        stream = reply["Body"]
        if etag is not None and reply["ETag"] != etag:  # a store that knows no If-Match
            stream.close()
            raise ContentChanged

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
        """Bytes [start, end) of an object. Raises `MissingObject`, and `ContentChanged` where its
        content is no longer the one that was pinned."""
        body = await self.open(key, byte_range=f"bytes={start}-{end - 1}", etag=etag)
        return b"".join([chunk async for chunk in body.chunks])

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
        """Remove every object below a prefix, and the parts of those that were never finished;
        returns how many objects there were."""
        for key, upload_id, _ in await self.unfinished_uploads(prefix):
            await self.abort_multipart(key, upload_id)
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


def _place(object_key: str) -> dict[str, Any]:
    """Where to read an object: what a video refers to may lie in another bucket. Nothing is ever
    written or removed there."""
    referred = split_reference(object_key)
    if referred is None:
        return {"Key": object_key}
    bucket, key = referred
    return {"Bucket": bucket, "Key": key}


def _info(key: str, reply: dict[str, Any]) -> ObjectInfo:
    content_type = reply.get("ContentType", "application/octet-stream")
    return ObjectInfo(key, int(reply["ContentLength"]), reply["ETag"], content_type)


def _client(settings: Settings, endpoint: str, *, repeatable: bool = True) -> Any:
    # A body that is still being sent can be neither hashed beforehand nor sent once more.
    s3 = {"addressing_style": "path"} | ({} if repeatable else {"payload_signing_enabled": False})
    return cast("Any", boto3).client(  # boto3 ships no types
        "s3",
        endpoint_url=endpoint,
        region_name=settings.s3_region,
        aws_access_key_id=settings.s3_access_key.get_secret_value(),
        aws_secret_access_key=settings.s3_secret_key.get_secret_value(),
        config=Config(
            signature_version="s3v4",
            s3=s3,
            # The newer default checksums upset several S3-alikes and cost a second pass.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            max_pool_connections=THREADS,
            connect_timeout=5,
            read_timeout=60,
            retries={"mode": "standard", "max_attempts": 3 if repeatable else 0},
        ),
    )
