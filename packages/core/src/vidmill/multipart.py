"""Objects that arrive in pieces: S3's multipart uploads, and bodies that are still being sent."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncIterator, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from vidmill.byte_stream import ByteStream
from vidmill.errors import MissingObject, UploadIncomplete
from vidmill.s3_calls import S3Calls, error_code
from vidmill.upload_errors import ChecksumMismatch
from vidmill.uploads import Part

#: Bodies under way at a time; each may wait for a slow sender, so they have threads of their own.
STREAM_THREADS = 32
#: Making one object of 20 GB of parts may take minutes.
ASSEMBLE_SECONDS = 300.0
_REFUSED_PARTS = {"InvalidPart", "InvalidPartOrder", "EntityTooSmall", "InvalidRequest"}
_REFUSED_DIGESTS = {"BadDigest", "InvalidDigest"}


class MultipartUploads(S3Calls):
    """Every method raises `StorageDown` where storage does not answer."""

    def __init__(self, bucket: str, internal: Any, streaming: Any) -> None:
        """`streaming`: a client that neither signs nor repeats a body, since it cannot be read
        twice."""
        super().__init__(bucket, internal)
        self._streaming = streaming
        self._streams = ThreadPoolExecutor(STREAM_THREADS, thread_name_prefix="s3-stream")

    async def create_multipart(self, key: str, *, content_type: str) -> str:
        """Begin a multipart upload; returns its id."""
        create = self._internal.create_multipart_upload
        return (await self._call(create, Key=key, ContentType=content_type))["UploadId"]

    async def put_part(self, key: str, upload_id: str, number: int, body: bytes) -> Part:
        """Store one part (numbers from 1). Raises `MissingObject` for an upload that has ended."""
        reply = await self._run(
            self._internal.upload_part,
            Bucket=self.bucket, Key=key, UploadId=upload_id, PartNumber=number, Body=body,
        )  # fmt: skip
        return Part(number, reply["ETag"], len(body))

    async def stream_part(
        self, key: str, upload_id: str, number: int, chunks: AsyncIterator[bytes], *,
        length: int, md5: bytes | None = None,
    ) -> Part:  # fmt: skip
        """Store one part of exactly `length` bytes while it arrives; what stood there is replaced
        only by all of it. Raises `WrongPartSize`, `ChecksumMismatch`, `UploadStalled`,
        `MissingObject`, and what `chunks` raises."""
        etag = await self._stream(
            self._streaming.upload_part, chunks, length, md5,
            Key=key, UploadId=upload_id, PartNumber=number,
        )  # fmt: skip
        return Part(number, etag, length)

    async def stream_object(
        self, key: str, chunks: AsyncIterator[bytes], *,
        content_type: str, length: int, md5: bytes | None = None,
    ) -> str:  # fmt: skip
        """Store an object of exactly `length` bytes while it arrives; returns its ETag. Raises what
        `stream_part` raises."""
        return await self._stream(
            self._streaming.put_object, chunks, length, md5, Key=key, ContentType=content_type
        )

    async def _stream(
        self, function: Any, chunks: AsyncIterator[bytes], length: int, md5: bytes | None,
        **kwargs: Any,
    ) -> str:  # fmt: skip
        stream = ByteStream(chunks, length=length, md5=md5)
        digest = {} if md5 is None else {"ContentMD5": b64encode(md5).decode()}
        try:
            reply = await self._run(
                function, Bucket=self.bucket, Body=stream, ContentLength=length,
                pool=self._streams, **kwargs, **digest,
            )  # fmt: skip
        except ClientError as error:
            if error_code(error) in _REFUSED_DIGESTS:
                raise ChecksumMismatch from error
            raise
        except Exception as error:
            if stream.failure is not None:
                raise stream.failure from error
            raise
        finally:
            stream.close()
        return str(reply["ETag"])

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
            if error_code(error) in _REFUSED_PARTS:
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

    async def unfinished_uploads(self, prefix: str) -> list[tuple[str, str, datetime]]:
        """Key, id and beginning of every multipart upload below a prefix that has not ended."""
        found: list[tuple[str, str, datetime]] = []
        marker: dict[str, Any] = {}
        while True:
            reply = await self._call(self._internal.list_multipart_uploads, Prefix=prefix, **marker)
            found += [(u["Key"], u["UploadId"], u["Initiated"]) for u in reply.get("Uploads", [])]
            if not reply.get("IsTruncated"):
                return found
            marker = {
                "KeyMarker": reply["NextKeyMarker"],
                "UploadIdMarker": reply["NextUploadIdMarker"],
            }

    def close(self) -> None:
        """Let no thread keep the process."""
        for pool in (self._pool, self._streams):
            pool.shutdown(wait=False, cancel_futures=True)
        self._internal.close()
        self._streaming.close()
