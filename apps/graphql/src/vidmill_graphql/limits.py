"""How much one query may ask for. Each limit says its number when it is hit."""

from __future__ import annotations

from collections.abc import Callable

from strawberry.extensions import (
    MaxAliasesLimiter,
    MaxTokensLimiter,
    ParserCache,
    QueryDepthLimiter,
    SchemaExtension,
    ValidationCache,
)

MAX_PAGE_SIZE = 500
#: jobsConnection → nodes → video → latestJob → renditions → name is 6.
MAX_DEPTH = 10
MAX_TOKENS = 2000
MAX_ALIASES = 15
MAX_BODY_BYTES = 100_000
TIMEOUT_SECONDS = 20.0
#: Parsed and validated documents kept: a web app has a few dozen.
CACHED_DOCUMENTS = 256

EXTENSIONS: list[Callable[[], SchemaExtension]] = [
    lambda: ParserCache(maxsize=CACHED_DOCUMENTS),
    lambda: ValidationCache(maxsize=CACHED_DOCUMENTS),
    lambda: QueryDepthLimiter(max_depth=MAX_DEPTH),
    lambda: MaxTokensLimiter(max_token_count=MAX_TOKENS),
    lambda: MaxAliasesLimiter(max_alias_count=MAX_ALIASES),
]
