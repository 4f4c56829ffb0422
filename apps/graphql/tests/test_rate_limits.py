from __future__ import annotations

import httpx

from vidmill_graphql.app import create_app
from vidmill_stack.pytest_plugin import MakeSettings

from .conftest import Data


async def test_queries_take_from_the_accounts_bucket(
    make_settings: MakeSettings, data: Data
) -> None:
    app = create_app(make_settings(rate_limit_per_second=0.5, rate_limit_burst=2))
    _, key = await data.user()
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as http,
    ):
        asked = {"query": "{ __typename }"}
        replies = [await http.post("/query", json=asked, headers={"X-API-Key": key}) for _ in "123"]
        assert [reply.status_code for reply in replies] == [200, 200, 429]
        refused = replies[-1]
        assert refused.json()["errors"][0]["extensions"] == {"code": "rate_limited"}
        assert refused.headers["retry-after"] == "2"
        assert refused.headers["ratelimit"].startswith('"user";r=0;t=4')
        assert refused.headers["ratelimit-policy"].startswith('"user";q=2;w=4')
        nobody = await http.post("/query", json={"query": "{ me { id } }"})
        assert (nobody.status_code, nobody.headers["ratelimit"][:4]) == (401, '"ip"')
        metrics = (await http.get("/metrics")).text
        assert 'api_rate_limit_exceeded_total{policy="user"} 1.0' in metrics
