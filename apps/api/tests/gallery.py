"""Videos as galleries have them; shared by the tests of the gallery."""

from __future__ import annotations

import struct
import zlib
from typing import Any

import httpx

from .running import V1, Json, content_of, post_job, upload
from .worked import Work


async def a_video(http: httpx.AsyncClient, **fields: Any) -> Json:
    """A video of whoever asks, of which nothing can be played yet."""
    seed = str(sorted(fields.items()))
    done = await upload(http, content_of(60, seed), filename="clip.mp4")
    return await changed(http, done["video_id"], **fields)


async def played(http: httpx.AsyncClient, work: Work, **fields: Any) -> Json:
    """A video of whoever asks, with a published job."""
    video = await a_video(http, **fields)
    await work.publish((await post_job(http, video["id"]))["id"])
    return (await http.get(f"{V1}/videos/{video['id']}")).json()


async def changed(http: httpx.AsyncClient, video_id: str, **fields: Any) -> Json:
    reply = await http.patch(f"{V1}/videos/{video_id}", json=fields)
    assert reply.status_code == 200, reply.text
    return reply.json()


async def titles(http: httpx.AsyncClient, **query: Any) -> list[str]:
    """What a list shows, in its order."""
    reply = await http.get(V1 + "/videos", params=query)
    assert reply.status_code == 200, reply.text
    found = [one["title"] for one in reply.json()["items"]]
    assert reply.json()["total"] == len(found)
    return found


def path_of(url: str) -> str:
    """The path of a playback address, which names the public host."""
    return httpx.URL(url).raw_path.decode()


def a_png(width: int = 2, height: int = 2) -> bytes:
    """One that states this size; its pixels are for two rows of two at most."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\0\x10\x20\0\x30\x40")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        chunk(kind, data) for kind, data in ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    )
