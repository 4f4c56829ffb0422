from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from vidmill_graphql.app import create_app
from vidmill_stack.pytest_plugin import MakeSettings


def browser(make_settings: MakeSettings, console_dir: Path | None) -> httpx.AsyncClient:
    """A visitor of the pages, which need no database."""
    transport = httpx.ASGITransport(create_app(make_settings(console_dir=console_dir)))
    return httpx.AsyncClient(transport=transport, base_url="http://test")


@pytest.mark.parametrize("named", [False, True])
async def test_without_a_build_the_page_says_what_to_run(
    make_settings: MakeSettings, tmp_path: Path, named: bool
) -> None:
    async with browser(make_settings, tmp_path if named else None) as visitor:
        page = await visitor.get("/")
        assert (page.status_code, "make up" in page.text) == (200, True)
        assert (await visitor.get("/graphiql/main.js")).status_code == 404


async def test_the_playground_is_served_from_files_of_our_own(
    make_settings: MakeSettings, tmp_path: Path
) -> None:
    folder = tmp_path / "graphiql"
    folder.mkdir()
    types = {
        "index.html": "text/html",
        "main.js": "text/javascript",
        "style.css": "text/css",
        "icon.svg": "image/svg+xml",
        "schema.txt": "text/plain",
    }
    for name in types:
        (folder / name).write_text(name)
    async with browser(make_settings, tmp_path) as visitor:
        page = await visitor.get("/")
        assert page.text == "index.html"
        policy = page.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self';")
        assert "unsafe" not in policy
        assert "http" not in policy, "nothing from other hosts"
        for name, kind in types.items():
            file = await visitor.get(f"/graphiql/{name}")
            assert file.text == name
            assert file.headers["content-type"].startswith(kind)
            assert file.headers["content-security-policy"] == policy
            assert file.headers["cache-control"] == "no-cache", "a new version is seen at once"


async def test_no_address_leads_out_of_the_playgrounds_folder(
    make_settings: MakeSettings, tmp_path: Path
) -> None:
    (tmp_path / "graphiql").mkdir()
    (tmp_path / "secret.txt").write_text("x")
    (tmp_path / "graphiql" / "link.txt").symlink_to(tmp_path / "secret.txt")
    outside = ("..%2fsecret.txt", "%2e%2e/secret.txt", f"%2f{tmp_path}/secret.txt", "link.txt")
    async with browser(make_settings, tmp_path) as visitor:
        for name in (*outside, "", "none.js", "a%00b", "a" * 300):
            reply = await visitor.get(f"/graphiql/{name}")
            assert reply.status_code == 404, name
            assert reply.json()["errors"][0]["extensions"]["code"] == "not_found"
