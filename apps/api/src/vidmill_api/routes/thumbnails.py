"""A still of people's own for their video: sent here, made safe by a worker."""

from __future__ import annotations

from starlette.responses import Response

from vidmill.db import thumbnails as rows
from vidmill.errors import InvalidImage
from vidmill.ids import new_id
from vidmill.thumbnails import check_image, source_key
from vidmill.videos import VideoNotFound
from vidmill_api.operation import Call, Operation
from vidmill_api.picture_body import PICTURES, PictureForm, read_picture
from vidmill_api.problems import BodyTooLarge, MalformedBody, UnsupportedMediaType
from vidmill_api.routes.videos import answer, own_video
from vidmill_api.video_schemas import VideoView


@Operation(
    summary="Send a thumbnail", tag="videos", status=202, octets=PICTURES, form=PictureForm,
    response=VideoView, answers_with=("ETag",),
    errors=(VideoNotFound, InvalidImage, BodyTooLarge, MalformedBody, UnsupportedMediaType),
)  # fmt: skip
async def send_thumbnail(call: Call[None, None]) -> Response:
    """A JPEG, PNG or WebP of up to 5 MB, as the body or as a file in a form. A worker makes a JPEG
    of at most 1280 pixels across of it, without anything that cameras note, once a job of the video
    is completed: `own.thumbnail` says how far that is, and what was wrong with the picture. It is
    the poster of this and every later job, until another is sent."""
    context, video = call.context, await own_video(call)
    picture = await read_picture(call.request)
    header = check_image(picture)
    source = source_key(video.owner_id, new_id())
    await rows.announce_source(context.db, source)
    await context.storage.put(source, picture, content_type=f"image/{header.format}")
    queued = await rows.expect_thumbnail(
        context.db, video.id, source, max_attempts=context.settings.task_max_attempts
    )
    await context.queue.push_or_leave(queued)
    return await answer(call, await own_video(call), 202)


@Operation(
    summary="Go back to a thumbnail of the video's own", tag="videos", status=204,
    errors=(VideoNotFound,),
)  # fmt: skip
async def delete_thumbnail(call: Call[None, None]) -> None:
    """Forgets the one that was sent; a still of the video is its poster again."""
    video = await own_video(call)
    await rows.clear_thumbnail(call.context.db, video.id)
    call.context.playing.forget(video.id)
