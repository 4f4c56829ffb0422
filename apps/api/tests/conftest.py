from __future__ import annotations

from collections.abc import AsyncGenerator

import httpx
import pytest

from vidmill.settings import Settings
from vidmill_stack.pytest_plugin import MakeSettings

from .running import NO_AUTHORITIES, Account, Service, serve, upload
from .worked import Work


@pytest.fixture
async def service(settings: Settings) -> AsyncGenerator[Service]:
    async with serve(settings) as running:
        yield running


@pytest.fixture
async def small_parts(make_settings: MakeSettings) -> AsyncGenerator[Service]:
    """The API with multipart uploads from 1 MB on."""
    async with serve(make_settings(upload_single_max_bytes=1_000_000)) as running:
        yield running


@pytest.fixture
async def ada(service: Service) -> Account:
    return await service.account()


@pytest.fixture
async def http(service: Service, ada: Account) -> AsyncGenerator[httpx.AsyncClient]:
    """The API as Ada uses it, with her key."""
    async with service.client(ada) as client:
        yield client


@pytest.fixture
async def s3() -> AsyncGenerator[httpx.AsyncClient]:
    """A browser towards storage: no credentials but those in the URLs."""
    async with httpx.AsyncClient(timeout=30, trust_env=False, verify=NO_AUTHORITIES) as client:
        yield client


@pytest.fixture
def work(service: Service) -> Work:
    return Work(service.context)


@pytest.fixture
async def video_id(http: httpx.AsyncClient) -> str:
    """A video of Ada's."""
    return (await upload(http))["video_id"]
