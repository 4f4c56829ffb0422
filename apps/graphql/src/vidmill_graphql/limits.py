"""How much one query may ask for. Each limit says its number when it is hit.

They hold on both ways of executing: `problems_of` is asked before a plan is made, and the same
rules are extensions of the schema. What depends on variables is in `vidmill_graphql.size`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphql import (
    ASTValidationRule,
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    Node,
    SelectionSetNode,
)
from graphql.validation import specified_rules
from strawberry.extensions import (
    AddValidationRules,
    MaxTokensLimiter,
    ParserCache,
    SchemaExtension,
    ValidationCache,
)
from strawberry.schema.schema import validate_document

from vidmill_graphql.shape import shapes_of
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


class EmptySelections(ASTValidationRule):
    """Braces hold at least one field. The parser lets them be empty, as a proposal for the
    specification has it; nobody means that."""

    def enter_selection_set(
        self, node: SelectionSetNode, _key: Any, parent: Node | None, *_: Any
    ) -> None:
        """Reports it."""
        if node.selections:
            return
        name = getattr(parent, "name", None)
        which = f"The selection of '{name.value}'" if name else "A selection"
        self.report_error(
            GraphQLError(f"{which} is empty. Name at least one field between the braces.", node)
        )


class ShapeLimits(ASTValidationRule):
    """Depth and aliases, fragments included."""

    def enter_document(self, node: DocumentNode, *_: Any) -> None:
        """Reports what is too much."""
        shapes = shapes_of(node)
        for operation, shape in shapes:
            if shape.depth > MAX_DEPTH:
                self.report_error(
                    GraphQLError(
                        f"The query is {shape.depth} fields deep; {MAX_DEPTH} are allowed. Ask for "
                        "what is further down in a query of its own.",
                        operation,
                    )
                )
        aliases = sum(shape.aliases for _, shape in shapes)
        if aliases > MAX_ALIASES:
            self.report_error(
                GraphQLError(
                    f"The query has {aliases:,} aliases; {MAX_ALIASES} are allowed. Ask for less."
                )
            )


RULES: list[type[ASTValidationRule]] = [EmptySelections, ShapeLimits]
EXTENSIONS: list[Callable[[], SchemaExtension]] = [
    lambda: ParserCache(maxsize=CACHED_DOCUMENTS),
    lambda: ValidationCache(maxsize=CACHED_DOCUMENTS),
    lambda: MaxTokensLimiter(max_token_count=MAX_TOKENS),
    SizeLimiter,
    lambda: AddValidationRules(RULES),
]


def problems_of(schema: GraphQLSchema, document: DocumentNode) -> list[GraphQLError]:
    """What validation says of a document, these limits included."""
    return validate_document(schema, document, (*specified_rules, *RULES))
