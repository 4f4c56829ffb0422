"""Published files of a job."""

from __future__ import annotations

from typing import Any

from starlette.responses import RedirectResponse, Response

from vidmill.db.job_reads import fetch_assets
from vidmill.errors import NotFound
from vidmill.presentation import Links
from vidmill_api.operation import Call, Operation
from vidmill_api.output_schemas import AssetPage
from vidmill_api.routes.jobs import own_job
from vidmill_api.views import asset_view


@Operation(summary="A job's output files", tag="jobs", response=AssetPage, errors=(NotFound,))
async def list_outputs(call: Call[None, None]) -> dict[str, Any]:
    """Empty until the job is published."""
    job = await own_job(call)
    base = Links(call.context.settings, call.context.signer).media(job.id)
    items = [asset_view(asset, base) for asset in await fetch_assets(call.context.db, [job.id])]
    return {"items": items, "next_cursor": None, "total": len(items)}


@Operation(
    summary="Download an output file", tag="jobs", status=307, errors=(NotFound,),
    answers_with=("Location",),
)  # fmt: skip
async def download_output(call: Call[None, None]) -> Response:
    """Redirects to storage."""
    job = await own_job(call)
    wanted = call.path("asset_id")
    for asset in await fetch_assets(call.context.db, [job.id]):
        if asset.id == wanted:
            stem = job.filename.rsplit(".", 1)[0]
            url = call.context.storage.presign_get(
                asset.object_key,
                ttl_seconds=call.context.settings.presign_ttl_seconds,
                filename=f"{stem}-{asset.name.rsplit('/', 1)[-1]}",
            )
            return RedirectResponse(url, 307)
    raise NotFound
