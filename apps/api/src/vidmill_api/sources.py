"""Which video a job is for."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from vidmill.db.uploads import fetch_upload_by_key
from vidmill.db.videos import fetch_video, fetch_video_by_key
from vidmill.edits import Edits
from vidmill.errors import MissingObject, NotFound
from vidmill.uploads import UploadPurpose
from vidmill.users import User
from vidmill_api import upload_flow
from vidmill_api.authenticate import may_see, require_owner
from vidmill_api.context import Context
from vidmill_api.problems import InvalidFields


@dataclass(frozen=True, slots=True)
class JobSource:
    """A video that the caller may transcode."""

    video_id: UUID
    filename: str


async def require_edit_files(context: Context, user: User, edits: Edits | None) -> None:
    """See that every file that edits name is an upload of the caller's. Raises `InvalidFields`, and
    what completing an upload raises."""
    if edits is None:
        return
    if (mark := edits.watermark) is not None:
        await _require_file(
            context, user, mark.input_key, UploadPurpose.WATERMARK, "watermark.input_key"
        )
    if (text := edits.burn_in) is not None and text.input_key is not None:
        await _require_file(
            context, user, text.input_key, UploadPurpose.SUBTITLES, "burn_in.input_key"
        )


async def _require_file(
    context: Context, user: User, key: str, purpose: UploadPurpose, field: str
) -> None:
    """One that was sent but not completed is completed here."""
    upload = await fetch_upload_by_key(context.db, key)
    if upload is None or not may_see(user, upload.owner_id):
        raise InvalidFields.one(
            field,
            f"Nothing was uploaded as {key!r}. Send the file with POST /uploads and purpose "
            f"{purpose}, then use the key of that answer.",
            "unknown_file",
        )
    if upload.purpose != purpose:
        raise InvalidFields.one(
            field,
            f"That file was uploaded with purpose {upload.purpose}. Upload it with {purpose}.",
            "wrong_purpose",
        )
    try:
        await upload_flow.complete(context, upload, None)
    except MissingObject:
        raise InvalidFields.one(
            field, "The file was announced but has not arrived. Send it first.", "missing_file"
        ) from None


async def resolve(
    context: Context, user: User, *, input_key: str | None, video_id: UUID | None
) -> JobSource:
    """The video of an id or key. A key whose upload was sent but not completed is completed here.
    Raises `NotFound`, `MissingObject`, and what completing an upload raises."""
    if video_id is not None:
        video = await fetch_video(context.db, video_id)
        require_owner(user, video.owner_id)
        return JobSource(video.id, video.filename)
    assert input_key is not None
    known = await fetch_video_by_key(context.db, input_key)
    if known is not None and may_see(user, known.owner_id):
        return JobSource(known.id, known.filename)
    upload = await fetch_upload_by_key(context.db, input_key)
    if (
        upload is None
        or not may_see(user, upload.owner_id)
        or upload.purpose != UploadPurpose.VIDEO
    ):
        # The same for both: which keys others have is nobody's business.
        raise MissingObject(
            f"Nothing was uploaded as {input_key!r}. Get a URL from POST /uploads, send the file "
            "there, then use the key of that answer."
        )
    completed = await upload_flow.complete(context, upload, None)
    if completed.video_id is None:
        raise NotFound
    return JobSource(completed.video_id, completed.filename)
