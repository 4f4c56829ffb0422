"""A picture as it is sent: as the body itself, or as a file in a form."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from pydantic import BaseModel, Field
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from vidmill.thumbnails import MAX_BYTES
from vidmill_api.problems import BodyTooLarge, MalformedBody, UnsupportedMediaType

PICTURES = ("image/jpeg", "image/png", "image/webp")
_FORM = "multipart/form-data"
#: Of a form, around the picture.
_FORM_BYTES = 64 * 1024
_KINDS = (
    "Send the picture as the body, with Content-Type: image/jpeg, image/png or image/webp, or as a "
    "file in a form (multipart/form-data)."
)
_TOO_LARGE = f"The picture has over {MAX_BYTES:,} bytes. Send a smaller one."


class PictureForm(BaseModel):
    """A form with a picture in it."""

    file: bytes = Field(description="A JPEG, PNG or WebP of up to 5 MB, by any name.")


async def read_picture(request: Request) -> bytes:
    """Its bytes, whatever they are. Raises `BodyTooLarge`, `UnsupportedMediaType`,
    `MalformedBody`."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind in PICTURES:
        return await _read(request, MAX_BYTES)
    if kind != _FORM:
        raise UnsupportedMediaType(_KINDS)
    picture = await _file_of(request, await _read(request, MAX_BYTES + _FORM_BYTES))
    if len(picture) > MAX_BYTES:
        raise BodyTooLarge(_TOO_LARGE)
    return picture


async def _read(request: Request, limit: int) -> bytes:
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > limit:
        raise BodyTooLarge(_TOO_LARGE)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise BodyTooLarge(_TOO_LARGE)
    return bytes(body)


async def _file_of(request: Request, body: bytes) -> bytes:
    """The first file of a form."""

    async def once() -> AsyncGenerator[bytes]:
        yield body

    try:
        form = await MultiPartParser(request.headers, once(), max_files=1, max_fields=10).parse()
    except (MultiPartException, KeyError) as error:
        raise MalformedBody(f"The form cannot be read. {_KINDS}") from error
    try:
        for _, value in form.multi_items():
            if isinstance(value, UploadFile):
                return await value.read()
    finally:
        await form.close()
    raise MalformedBody(f"The form holds no file. {_KINDS}")
