"""How large an answer can become: the third limit beside depth and length of a query.

A field counts once for every object it may be on. Lists have as many entries as their page, or as
a field around them says (`first` of a connection); lists without pages, such as a job's files, are
taken to have ten. So eight fields of a job and five of its renditions are 58 values a job, and a
page of 500 is 29,000.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
)
from strawberry.extensions import SchemaExtension
from strawberry.types import ExecutionContext

from vidmill_graphql.shape import fragments_of

#: A page of 500 jobs with all there is of each takes about a second; this is a third of it.
MAX_VALUES = 100_000
#: Entries that a list without pages is taken to have: a job has some ten tasks and files.
ASSUMED_ENTRIES = 10
#: Arguments that say how long a page is.
_PAGE_ARGUMENTS = ("first", "limit")


def refusal(values: int) -> GraphQLError | None:
    """Why an answer of that size is not given; None if it is."""
    if values <= MAX_VALUES:
        return None
    return GraphQLError(
        f"The answer could have {values:,} values; {MAX_VALUES:,} are allowed. Ask for smaller "
        "pages or fewer fields.",
        extensions={"code": "query_too_large"},
    )


class Sizes:
    """Of one valid document."""

    def __init__(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
    ) -> None:
        self._operation = operation
        self._fragments = fragments
        self._root = schema.get_root_type(operation.operation)
        self._defaults = {
            definition.variable.name.value: definition.default_value
            for definition in operation.variable_definitions or ()
        }

    def values(self, variables: Mapping[str, Any]) -> int:
        """How many values the answer may have at most, with these variables."""
        if self._root is None:
            return 0
        count = _Count(self._fragments, {**self._defaults, **_given(variables)})
        return count.selected(self._operation.selection_set, self._root, None)


def _given(variables: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in variables.items() if value is not None}


@dataclass(frozen=True, slots=True)
class _Count:
    """With the variables of one execution. A fragment is counted once for each length of the list
    around it and then known: fragments that spread each other twice would double the work each."""

    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]
    known: dict[tuple[str, int | None], int] = field(
        default_factory=dict[tuple[str, int | None], int]
    )

    def selected(
        self, selected: SelectionSetNode, kind: GraphQLObjectType, page: int | None
    ) -> int:
        """Values of one object. `page`: the length of lists right below, where one was said."""
        total = 0
        for node in selected.selections:
            if isinstance(node, FieldNode):
                total += 1 + self._below(node, kind, page)
            elif isinstance(node, InlineFragmentNode):
                total += self.selected(node.selection_set, kind, page)
            elif isinstance(node, FragmentSpreadNode):
                # No type is abstract: what is spread here is of the same type.
                key = (node.name.value, page)
                if key not in self.known:
                    inner = self.fragments[node.name.value].selection_set
                    self.known[key] = self.selected(inner, kind, page)
                total += self.known[key]
        return total

    def _below(self, node: FieldNode, kind: GraphQLObjectType, page: int | None) -> int:
        declared = kind.fields.get(node.name.value)
        if declared is None or node.selection_set is None:
            return 0
        size = self._page(node, declared)
        size = page if size is None else size
        inner = cast("GraphQLObjectType", get_named_type(declared.type))
        # As the schema writes it: [Job!]! is a list, Job! is not.
        if not str(declared.type).startswith("["):
            return self.selected(node.selection_set, inner, size)
        entries = ASSUMED_ENTRIES if size is None else size
        return entries * self.selected(node.selection_set, inner, None)

    def _page(self, node: FieldNode, declared: GraphQLField) -> int | None:
        """What the field says of the length of its list; what is no number is refused later."""
        for name in _PAGE_ARGUMENTS:
            if name not in declared.args:
                continue
            value: Any = next((a.value for a in node.arguments or () if a.name.value == name), None)
            if isinstance(value, VariableNode):
                value = self.variables.get(value.name.value)
            if isinstance(value, IntValueNode):
                value = int(value.value)
            if value is None:
                value = declared.args[name].default_value
            return max(0, value) if isinstance(value, int) else 0
        return None


class SizeLimiter(SchemaExtension):
    """Refuses what is too large, where graphql-core executes."""

    def on_validate(self) -> Generator[None]:
        """After `ValidationCache`, which stands before it in the list and says whether the
        document is valid."""
        context = self.execution_context
        document = context.graphql_document
        if document is not None and not context.pre_execution_errors:
            variables = context.variables or {}
            problems = map(refusal, (s.values(variables) for s in _queries(context, document)))
            context.pre_execution_errors = [problem for problem in problems if problem is not None]
        yield


def _queries(context: ExecutionContext, document: DocumentNode) -> Iterable[Sizes]:
    # `schema.CORE`, which has this extension and so can't be imported here.
    core: GraphQLSchema = context.schema._schema  # noqa: SLF001  # pyright: ignore  # no other way
    fragments = fragments_of(document)
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            yield Sizes(core, node, fragments)
