"""A form that brings a file: its file becomes an upload while it arrives, its fields a model."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from vidmill.db import idempotency
from vidmill.db.pool import Connection
from vidmill.errors import IdempotencyMismatch, InvalidSource, UploadNotPending
from vidmill.object_writer import ObjectWriter
from vidmill.objects import ObjectInfo
from vidmill.thumbnails import MAX_BYTES as MAX_PICTURE_BYTES
from vidmill.uploads import Upload
from vidmill_api import upload_flow
from vidmill_api.file_fields import ContentType, FileName
from vidmill_api.form_fields import as_json
from vidmill_api.form_stream import FormPart, FormStream
from vidmill_api.operation import Call
from vidmill_api.parsing import MAX_BODY_BYTES, parse_body
from vidmill_api.problems import BodyTooLarge, InvalidFields

MAX_FIELDS = 40
#: Files: the one that is meant, as one seed of clients calls it and as another does.
FILES = ("file", "video")
THUMBNAIL = "thumbnail"
_FILE_NAME = TypeAdapter[str](FileName)
_CONTENT_TYPE = TypeAdapter[str](ContentType)


@dataclass(frozen=True)
class Form:
    """A form that has arrived. `call` has its fields as body, and is told from others by all that
    was sent."""

    call: Call[Any, Any]
    upload: Upload | None
    """None for a repetition, whose answer is known."""
    found: ObjectInfo | None
    filename: str
    picture: bytes | None

    async def video_in(self, conn: Connection) -> Upload:
        """Complete the upload in the transaction that answers. Raises `QuotaExceeded`."""
        assert self.upload is not None, "a repetition is answered before"
        assert self.found is not None, "and so is a form without a file"
        return await upload_flow.complete_in(self.call.context, conn, self.upload.id, self.found)


class _Receiver:
    """One form on its way. What it began in storage is dropped by `drop`."""

    def __init__(self, call: Call[None, None], *, pictures: bool) -> None:
        self.call = call
        self.upload: Upload | None = None
        self.filename: str | None = None
        self.fields: dict[str, list[str]] = {}
        self._field_count = 0
        self.picture: bytes | None = None
        self._pictures = pictures
        self._writer: ObjectWriter | None = None
        self._digest = hashlib.sha256()
        self._text_bytes = 0

    async def receive(self, *, store: bool) -> None:
        """All parts. Raises `InvalidFields`, `MalformedForm`, `TooLarge`, `UploadStalled`."""
        form = FormStream(self.call.request)
        async for part in form.parts():
            self._digest.update(f"\0{part.name}\0{part.filename}\0".encode())
            if part.name in FILES and part.filename is not None:
                await self._take_file(part, form, store=store)
            elif part.name == THUMBNAIL and self._pictures and part.filename is not None:
                self.picture = await self._take_bytes(form, MAX_PICTURE_BYTES)
            else:
                await self._take_field(part, form)
        if self.filename is None:
            raise InvalidFields.one("file", "Send the video as a file named file.", "missing")

    @property
    def fingerprint(self) -> bytes:
        return self._digest.digest()

    async def finish(self) -> ObjectInfo:
        """The file as an object in storage."""
        assert self._writer is not None, "there is a file"
        assert self.upload is not None, "whose row was written first"
        if not self._writer.size:
            raise InvalidSource("corrupt_file", "The file is empty. Send one that holds a video.")
        await self._writer.finish()
        return await self.call.context.storage.head(self.upload.object_key)

    async def drop(self) -> None:
        """End the upload unless it was completed."""
        if self.upload is None:
            return
        if self._writer is not None:
            await self._writer.abort()
        with suppress(UploadNotPending):
            await upload_flow.abort(self.call.context, self.upload)

    async def _take_file(self, part: FormPart, form: FormStream, *, store: bool) -> None:
        if self.filename is not None:
            raise InvalidFields.one(part.name, "Send one file only.", "one_file")
        context = self.call.context
        self.filename = _valid(_FILE_NAME, part.filename or "", part.name)
        limit = context.settings.upload_form_max_bytes
        if store:
            await self._begin(part)
        size = 0
        async for chunk in form.content():
            size += len(chunk)
            upload_flow.check_size(size, min(limit, context.settings.input_max_bytes))
            self._digest.update(chunk)
            if self._writer is not None:
                await self._writer.write(chunk)

    async def _begin(self, part: FormPart) -> None:
        """The row first: what a crash leaves in storage is then found when it expires."""
        context = self.call.context
        try:
            kind = _CONTENT_TYPE.validate_python(part.content_type)
        except ValidationError:
            kind = "application/octet-stream"
        new = await upload_flow.prepare(
            context, owner_id=self.call.user.id, filename=self.filename or "", content_type=kind,
            size=None,
        )  # fmt: skip
        async with context.db.transaction() as conn:
            self.upload = await upload_flow.insert(context, conn, new)
        self._writer = ObjectWriter(context.storage, new.key, content_type=kind)

    async def _take_field(self, part: FormPart, form: FormStream) -> None:
        text = await self._take_bytes(form, MAX_BODY_BYTES - self._text_bytes)
        self._text_bytes += len(text)
        if part.filename is not None:
            raise InvalidFields.one(part.name, "There is no such file, or it is there twice.")
        self._field_count += 1
        if self._field_count > MAX_FIELDS:
            raise BodyTooLarge("The form has too many fields.")
        try:
            self.fields.setdefault(part.name, []).append(text.decode())
        except UnicodeDecodeError as error:
            raise InvalidFields.one(part.name, "Send text as UTF-8.") from error

    async def _take_bytes(self, form: FormStream, limit: int) -> bytes:
        held = bytearray()
        async for chunk in form.content():
            held += chunk
            self._digest.update(chunk)
            if len(held) > limit:
                raise BodyTooLarge(f"A field may have {limit:,} bytes here.")
        return bytes(held)


@asynccontextmanager
async def received(
    call: Call[None, None], model: type[BaseModel], *, pictures: bool = False
) -> AsyncGenerator[Form]:
    """The form of a request; whatever was stored of it goes unless it is completed in the block.
    Raises `InvalidFields`, `MalformedForm`, `UnsupportedMediaType`, `TooLarge`, `BodyTooLarge`,
    `UploadStalled`, `TooManyStreams`, `QuotaExceeded`, `InvalidSource`."""
    with call.context.streams.place(call.user.id):
        receiver = _Receiver(call, pictures=pictures)
        try:
            store = not await _was_answered(call)
            await receiver.receive(store=store)
            body = parse_body(as_json(model, receiver.fields), model)
            found = await receiver.finish() if store else None
            yield Form(
                replace(call, body=body, raw_body=receiver.fingerprint),
                receiver.upload,
                found,
                receiver.filename or "",
                receiver.picture,
            )
        finally:
            await receiver.drop()


async def _was_answered(call: Call[Any, Any]) -> bool:
    """Whether the Idempotency-Key of a request is known: its file is then only compared."""
    if call.idempotency_key is None:
        return False
    try:
        await idempotency.find_response(
            call.context.db, owner_id=call.user.id, key=call.idempotency_key, request_hash=b""
        )
    except IdempotencyMismatch:
        return True
    return False


def _valid(adapter: TypeAdapter[str], value: str, field: str) -> str:
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        detail = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise InvalidFields.one(field, f"The file's name: {detail}.") from error
