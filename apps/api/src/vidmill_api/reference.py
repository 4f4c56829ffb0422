"""docs/api.md: every route in a table, made of the declarations that the endpoints run on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from starlette.routing import Route

from vidmill.access import Scope
from vidmill_api.authenticate import scopes_of
from vidmill_api.openapi import codes_of, errors_of
from vidmill_api.openapi_words import TAGS
from vidmill_api.operation import IDEMPOTENCY_KEY, Operation, operation_of
from vidmill_api.parsing import MAX_BODY_BYTES

_INTRODUCTION = f"""# Routes of the REST API

Written by `make schema` from the declarations that authenticate, limit and validate; a test
compares it with them. The whole contract, with every field, is `/openapi.json`, and `/docs` shows
it in a browser. Paths are below `{{prefix}}`, but for `/media`.

**Who**: `anybody` needs no credentials; `anybody, or read` answers more to somebody. `read` and
`write` are what an API key must be good for; a session may do both. `admin` is for administrators,
and for keys of theirs with that scope ([accounts](accounts.md)).

**Limits**: `usual` are the token buckets of the address, the account and the key
([limits](limits.md)); `none` is for probes and players. A body of JSON may have
{MAX_BODY_BYTES:,} bytes. Lists give at most `limit` entries and a cursor to go on with. `once`
honours {IDEMPOTENCY_KEY}.

**Errors** are problem documents (RFC 9457), each with one of these codes. The table names those of
what a route does. Beyond them, for what it is:

| a route | may answer |
| --- | --- |
| of any kind | {{every}} |
| that is limited | {{limited}} |
| for somebody | {{known}} |
| for somebody, that writes | {{writes}} |
| for administrators | {{admin}} |
| that takes JSON | {{body}} |
"""
_COLUMNS = ("route", "what it does", "who", "limits", "errors of its own")


def render_reference(prefix: str, routes: Sequence[Route]) -> str:
    """The page, in Markdown. `routes`: each endpoint once."""
    usual = _usual(routes)
    named = {name: _codes(codes) for name, codes in usual.items()}
    page = [_INTRODUCTION.format(prefix=prefix, **named)]
    declared = [(route, found) for route in routes if (found := operation_of(route.endpoint))]
    for tag, meaning in TAGS.items():
        rows = [_row(prefix, route, it) for route, it in declared if it.tag == tag]
        if rows:
            page += [f"## {tag}", "", meaning, "", _line(_COLUMNS), _line(["---"] * 5), *rows, ""]
    return "\n".join(page)


def _usual(routes: Iterable[Route]) -> dict[str, list[str]]:
    """The codes that a route has for what it is, whatever it does."""
    bare = Operation(summary="", tag="", authenticated=False, limited=False)
    model = next(o.body for r in routes if (o := operation_of(r.endpoint)) and o.body)
    somebody = replace(bare, authenticated=True)
    kinds = {
        "limited": ("GET", replace(bare, limited=True)),
        "known": ("GET", somebody),
        "writes": ("POST", somebody),
        "admin": ("GET", replace(somebody, scope=Scope.ADMIN)),
        "body": ("GET", replace(bare, body=model)),
    }
    usual = {"every": _all_codes("GET", bare)}
    for name, (method, declared) in kinds.items():
        before = {code for codes in usual.values() for code in codes}
        usual[name] = [code for code in _all_codes(method, declared) if code not in before]
    return usual


def _row(prefix: str, route: Route, declared: Operation) -> str:
    method = next(iter((route.methods or set()) - {"HEAD"}))
    path = re.sub(r"\{(\w+):\w+\}", r"{\1}", route.path.removeprefix(prefix))
    own = [code for error in declared.errors for code in codes_of(error)]
    return _line(
        [
            f"`{method} {path}`",
            declared.summary,
            _who(method, declared),
            _limits(declared),
            _codes(own),
        ]
    )


def _who(method: str, declared: Operation) -> str:
    scopes = " and ".join(f"`{scope}`" for scope in scopes_of(method, declared.scope))
    if declared.authenticated == "optional":
        return f"anybody, or {scopes}"
    if not declared.authenticated:
        return "anybody"
    return f"administrators: {scopes}" if declared.scope is Scope.ADMIN else scopes


def _limits(declared: Operation) -> str:
    words = ["usual" if declared.limited else "none"]
    if IDEMPOTENCY_KEY in declared.headers:
        words.append("once")
    return ", ".join(words)


def _all_codes(method: str, declared: Operation) -> list[str]:
    return [code for _, codes in errors_of(method, declared) for code in codes]


def _codes(codes: Iterable[str]) -> str:
    return ", ".join(f"`{code}`" for code in codes)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
