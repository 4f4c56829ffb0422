"""What the API answers with, as models: the OpenAPI document and the tests are made of them.
Answers themselves are built by `views` without going through these, which would cost more than
the rest of a request. Those of jobs are in `job_schemas`,
`job_list_schemas` and `output_schemas`."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from vidmill.quotas import QuotaName
from vidmill.uploads import UploadMode, UploadPurpose, UploadStatus
from vidmill.users import Role


class Output(BaseModel):
    """Base of answers: exactly these fields."""

    model_config = ConfigDict(extra="forbid")


class Nothing(Output):
    """What comes with an event that says all by its name."""


class FieldProblem(Output):
    """What is wrong with one field."""

    field: str
    code: str
    detail: str


class QuotaView(Output):
    """Where an account stands with a quota."""

    limit: int | None = Field(description="null: no limit.")
    used: int
    resets_at: datetime | None = Field(description="null: only by freeing something.")


class QuotaProblem(QuotaView):
    """The quota that is used up."""

    name: QuotaName


class Quotas(Output):
    """Jobs posted since midnight UTC, and bytes stored: sources, outputs of completed jobs, and
    what pending uploads have asked for."""

    jobs_per_day: QuotaView
    stored_bytes: QuotaView


class Problem(Output):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    code: str = Field(description="Stable; for programs.")
    detail: str = Field(description="For people; says what to do.")
    errors: list[FieldProblem] | None = None
    quota: QuotaProblem | None = None


class UserView(Output):
    """An account."""

    id: UUID
    email: str
    role: Role
    created_at: datetime


class Notice(Output):
    """Something that the owner of an account should know, and do something about."""

    code: str
    detail: str
    webhook_id: UUID
    at: datetime


class MeView(UserView):
    """The account that asks."""

    quota: Quotas
    notices: list[Notice]


class SessionView(Output):
    """A session, new or renewed. `token` goes into `Authorization: Bearer` until `expires_at`;
    `refresh_token` then gets the next two."""

    token: str
    token_type: str
    expires_at: datetime
    refresh_token: str
    user: UserView


class PartView(Output):
    """A part of an upload that is in storage."""

    number: int
    etag: str
    size: int


class UploadView(Output):
    """An upload. `url` and `headers` only while a single PUT is awaited."""

    id: UUID
    status: UploadStatus
    mode: UploadMode
    purpose: UploadPurpose
    key: str
    filename: str
    size: int | None
    content_type: str
    part_size: int | None
    part_count: int | None
    url: str | None
    headers: dict[str, str] | None
    expires_at: datetime
    created_at: datetime
    video_id: UUID | None
    parts: list[PartView]


class SignedPart(Output):
    """Where one part goes."""

    number: int
    url: str


class SignedParts(Output):
    """URLs for the parts asked for."""

    urls: list[SignedPart]
    expires_at: datetime


class UploadUrl(Output):
    """Where a file goes, in one PUT with exactly these headers."""

    upload_id: UUID
    method: str
    url: str
    headers: dict[str, str]
    key: str
    expires_at: datetime


class DownloadUrl(Output):
    """Where a file is read from."""

    url: str
    expires_at: datetime


class Health(Output):
    """The process answers."""

    status: str


class CheckView(Output):
    """One dependency."""

    status: str
    milliseconds: float
    detail: str | None


class DetailedHealth(Output):
    """Every dependency."""

    status: str
    services: dict[str, CheckView]
