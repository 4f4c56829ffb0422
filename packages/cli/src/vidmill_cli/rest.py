"""The routes of the REST API, one method each."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Self

import httpx

from vidmill_cli import key_models, models
from vidmill_cli.edits import Edits
from vidmill_cli.renewal import Renewal, TokenStore
from vidmill_cli.transport import Transport, answer

#: The largest page that the server gives.
MAX_PAGE = 500


class RestApi:
    """A server, as one account sees it. Safe for threads.

    All methods raise `ApiError` (and its kinds `NotSignedIn`, `Forbidden`, `NotFound`) for what
    the server refuses and `Unreachable` if it does not answer.
    """

    def __init__(
        self,
        url: str,
        *,
        api_key: str | None = None,
        token: str | None = None,
        refresh_token: str | None = None,
        store: TokenStore | None = None,
        timeout_seconds: float = 30,
    ) -> None:
        """`refresh_token`: goes on with the session of `token` when that has run out; `store`:
        where other programs of the same session look."""
        headers: dict[str, str] = {"User-Agent": "vidmill-cli"}
        if api_key is not None:
            headers["X-API-Key"] = api_key
        elif token is not None:
            headers["Authorization"] = f"Bearer {token}"
        self.transport = Transport(url, headers, timeout_seconds)
        if refresh_token is not None:
            self.transport.go_on_with(Renewal(refresh_token, store))

    @property
    def url(self) -> str:
        """The server's address."""
        return self.transport.url

    def close(self) -> None:
        """Close all connections."""
        self.transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def login(self, email: str, password: str) -> models.Session:
        """Sign in; requests from now on carry the session's token, or the one that follows it."""
        body = {"email": email, "password": password}
        session: models.Session = self._send("POST", "/auth/login", json=body, repeatable=True)
        self.transport.set_header("Authorization", f"Bearer {session['token']}")
        self.transport.go_on_with(Renewal(session["refresh_token"], None))
        return session

    def logout(self) -> None:
        """End the session: none of its tokens counts any more. API keys stay as they are."""
        self.transport.request("POST", "/auth/logout", repeatable=True)

    def me(self) -> models.User:
        """The account that asks."""
        return self._get("/auth/me")

    def health(self) -> models.DetailedHealth:
        """Every dependency of the server; also answers while some of them are down."""
        response = self.transport.request(
            "GET", "/health/detailed", repeatable=True, accept=lambda status: status in {200, 503}
        )
        return answer(response)

    def create_upload(
        self, filename: str, size: int, content_type: str, purpose: str = "video"
    ) -> models.Upload:
        """Begin an upload of `size` bytes. `purpose`: video, watermark or subtitles."""
        body = {
            "filename": filename,
            "size": size,
            "content_type": content_type,
            "purpose": purpose,
        }
        return self._send("POST", "/uploads", json=body, headers=_once(), repeatable=True)

    def get_upload(self, upload_id: str) -> models.Upload:
        """An upload, with the parts that storage holds and, for a single PUT, a fresh URL."""
        return self._get(f"/uploads/{upload_id}")

    def sign_parts(self, upload_id: str, numbers: Sequence[int]) -> models.SignedParts:
        """URLs for up to 100 parts."""
        body = {"numbers": list(numbers)}
        return self._send("POST", f"/uploads/{upload_id}/parts", json=body, repeatable=True)

    def complete_upload(self, upload_id: str, etags: dict[int, str] | None = None) -> models.Upload:
        """Make a video of an upload. `etags`: what storage answered to each part; the server
        compares them with what it holds."""
        parts = (
            [{"number": n, "etag": etag} for n, etag in sorted(etags.items())] if etags else None
        )
        body = {"parts": parts} if parts else {}
        return self._send("POST", f"/uploads/{upload_id}/complete", json=body, repeatable=True)

    def abort_upload(self, upload_id: str) -> None:
        """Give an upload up; what was stored of it is removed."""
        self.transport.request("DELETE", f"/uploads/{upload_id}", repeatable=True)

    def create_job(
        self,
        *,
        video_id: str | None = None,
        input_key: str | None = None,
        url: str | None = None,
        preset: str = "web",
        priority: int = 5,
        metadata: dict[str, Any] | None = None,
        reuse: bool = True,
        edits: Edits | None = None,
        captions: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.Job:
        """Transcode a video, named by one of `video_id`, `input_key` and `url`, from where the
        server fetches it. `priority` is 0 to 10, 10 the most urgent; `edits` are done to the source
        first. Without `reuse`, nothing is taken over from earlier jobs on the same source.
        `captions` is the language of what is spoken, or `auto`. The same `idempotency_key` never
        makes a second job."""
        body: dict[str, Any] = {"preset": preset, "priority": priority, "metadata": metadata or {}}
        if not reuse:
            body["reuse"] = False
        if captions is not None:
            body["captions"] = captions
        body |= edits or {}
        source = {"video_id": video_id, "input_key": input_key, "url": url}
        body |= {name: value for name, value in source.items() if value is not None}
        headers = _once(idempotency_key)
        return self._send("POST", "/jobs", json=body, headers=headers, repeatable=True)

    def get_job(self, job_id: str) -> models.Job:
        """Everything about a job."""
        return self._get(f"/jobs/{job_id}")

    def list_jobs(
        self,
        *,
        status: str | None = None,
        search: str | None = None,
        preset: str | None = None,
        sort: str = "-created_at",
        page_size: int = 100,
    ) -> Iterator[models.JobSummary]:
        """Jobs, newest first, page after page as they are consumed. `search`: part of the file
        name."""
        given = {"status": status, "search": search, "preset": preset}
        params: dict[str, str | int] = {k: v for k, v in given.items() if v is not None}
        params |= {"sort": sort, "limit": max(1, min(page_size, MAX_PAGE))}
        while True:
            page: models.JobPage = self._get("/jobs", params=params)
            yield from page["items"]
            if page["next_cursor"] is None:
                return
            params["cursor"] = page["next_cursor"]

    def cancel_job(self, job_id: str) -> models.Job:
        """Stop a job that has not ended."""
        return self._send("POST", f"/jobs/{job_id}/cancel", repeatable=False)

    def retry_job(self, job_id: str) -> models.Job:
        """Try a failed or cancelled job again."""
        return self._send("POST", f"/jobs/{job_id}/retry", repeatable=False)

    def verify_job(self, job_id: str) -> models.Job:
        """Have what a completed job has published checked again; one check at a time. Its
        `verification` shows how far that is."""
        return self._send("POST", f"/jobs/{job_id}/verify", repeatable=True)

    def delete_job(self, job_id: str, *, delete_files: bool = True) -> None:
        """Delete an ended job, and its output files unless told otherwise."""
        params = {"delete_files": str(delete_files).lower()}
        self.transport.request("DELETE", f"/jobs/{job_id}", params=params, repeatable=False)

    def outputs(self, job_id: str) -> list[models.Asset]:
        """Published files of a job; none before it is published."""
        page: models.AssetPage = self._get(f"/jobs/{job_id}/outputs")
        return page["items"]

    def output_url(self, job_id: str, asset_id: str) -> str:
        """A URL of storage that serves a published file for a while."""
        response = self.transport.request(
            "GET", f"/jobs/{job_id}/outputs/{asset_id}/download", repeatable=True
        )
        return str(httpx.URL(self.url).join(response.headers["location"]))

    def list_api_keys(self, *, active: bool | None = None) -> Iterator[key_models.ApiKey]:
        """Your API keys, newest first; `active`: only those that count, or that have ended."""
        params: dict[str, str | int] = {"limit": MAX_PAGE}
        if active is not None:
            params["active"] = str(active).lower()
        while True:
            page: key_models.ApiKeyPage = self._get("/api-keys", params=params)
            yield from page["items"]
            if page["next_cursor"] is None:
                return
            params["cursor"] = page["next_cursor"]

    def create_api_key(
        self,
        name: str,
        *,
        scopes: Sequence[key_models.KeyScope] = ("read", "write"),
        expires_at: datetime | None = None,
        hourly_limit: int | None = None,
        ip_allow: Sequence[str] | None = None,
    ) -> key_models.NewApiKey:
        """Make an API key. `ip_allow`: addresses and networks that it works from."""
        body: dict[str, Any] = {"name": name, "scopes": list(scopes), "hourly_limit": hourly_limit}
        if expires_at is not None:
            body["expires_at"] = expires_at.isoformat()
        if ip_allow is not None:
            body["ip_allow"] = list(ip_allow)
        return self._send("POST", "/api-keys", json=body, headers=_once(), repeatable=True)

    def rotate_api_key(self, key_id: str, *, overlap_seconds: int = 86_400) -> key_models.NewApiKey:
        """Replace an API key; the old one works for so long beside the new one."""
        body = {"overlap_seconds": overlap_seconds}
        path = f"/api-keys/{key_id}/rotate"
        return self._send("POST", path, json=body, headers=_once(), repeatable=True)

    def revoke_api_key(self, key_id: str) -> None:
        """End an API key at once."""
        self.transport.request("DELETE", f"/api-keys/{key_id}", repeatable=True)

    def _get(self, path: str, params: dict[str, Any] | None = None) -> Any:
        return answer(self.transport.request("GET", path, params=params, repeatable=True))

    def _send(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        headers: dict[str, str] | None = None,
        repeatable: bool,
    ) -> Any:
        response = self.transport.request(
            method, path, json=json, headers=headers, repeatable=repeatable
        )
        return answer(response)


def _once(key: str | None = None) -> dict[str, str]:
    """With this header the server carries a request out once, however often it arrives."""
    return {"Idempotency-Key": key or str(uuid.uuid4())}
