"""How much one query may ask for. Each limit says its number when it is hit.

They hold on both ways of executing: `problems_of` is asked before a plan is made, and the same
rules are extensions of the schema. What depends on variables is in `vidmill_graphql.size`.
"""

from __future__ import annotations

from collections.abc import Callable

from graphql import DocumentNode, GraphQLError, GraphQLSchema
from graphql.validation import specified_rules
from strawberry.extensions import (
    AddValidationRules,
    MaxAliasesLimiter,
    MaxTokensLimiter,
    ParserCache,
    QueryDepthLimiter,
    SchemaExtension,
    ValidationCache,
)
from strawberry.schema.schema import validate_document

from vidmill_graphql.size import SizeLimiter

MAX_PAGE_SIZE = 500
#: jobsConnection → nodes → video → latestJob → renditions → name is 6.
MAX_DEPTH = 10
MAX_TOKENS = 2000
MAX_ALIASES = 15
MAX_BODY_BYTES = 100_000
TIMEOUT_SECONDS = 20.0
#: Parsed, validated and compiled documents kept: a web app has a few dozen.
CACHED_DOCUMENTS = 256

_RULES: list[Callable[[], AddValidationRules]] = [
    lambda: QueryDepthLimiter(max_depth=MAX_DEPTH),
    lambda: MaxAliasesLimiter(max_alias_count=MAX_ALIASES),
]
EXTENSIONS: list[Callable[[], SchemaExtension]] = [
    lambda: ParserCache(maxsize=CACHED_DOCUMENTS),
    lambda: ValidationCache(maxsize=CACHED_DOCUMENTS),
    lambda: MaxTokensLimiter(max_token_count=MAX_TOKENS),
    SizeLimiter,
    *_RULES,
]


def problems_of(schema: GraphQLSchema, document: DocumentNode) -> list[GraphQLError]:
    """What validation says of a document, these limits included."""
    rules = [rule for limiter in _RULES for rule in limiter().validation_rules]
    return validate_document(schema, document, (*specified_rules, *rules))
