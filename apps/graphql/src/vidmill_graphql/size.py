"""How large an answer can become: the third limit beside depth and length of a query.

A field counts once for every object it may be on. Lists have as many entries as their page, or as
a field around them says (`first` of a connection); lists without pages, such as a job's files, are
taken to have ten. So eight fields of a job and five of its renditions are 58 values a job, and a
page of 500 is 29,000.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
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
    """Of one document."""

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
        return self._selected(self._operation.selection_set, self._root, variables, None)

    def _selected(
        self,
        selected: SelectionSetNode,
        kind: GraphQLObjectType,
        variables: Mapping[str, Any],
        page: int | None,
    ) -> int:
        total = 0
        for node in self._fields(selected):
            field = kind.fields.get(node.name.value)
            total += 1
            if field is None or node.selection_set is None:
                continue
            size = self._page(node, field, variables)
            size = page if size is None else size
            inner = cast("GraphQLObjectType", get_named_type(field.type))
            # As the schema writes it: [Job!]! is a list, Job! is not.
            if not str(field.type).startswith("["):
                total += self._selected(node.selection_set, inner, variables, size)
            else:
                entries = ASSUMED_ENTRIES if size is None else size
                total += entries * self._selected(node.selection_set, inner, variables, None)
        return total

    def _fields(self, selected: SelectionSetNode) -> Iterable[FieldNode]:
        for node in selected.selections:
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, InlineFragmentNode):
                yield from self._fields(node.selection_set)
            elif isinstance(node, FragmentSpreadNode):
                yield from self._fields(self._fragments[node.name.value].selection_set)

    def _page(
        self, node: FieldNode, field: GraphQLField, variables: Mapping[str, Any]
    ) -> int | None:
        """What the field says of the length of its list; what is no number is refused later."""
        for name in _PAGE_ARGUMENTS:
            if name not in field.args:
                continue
            value: Any = next((a.value for a in node.arguments or () if a.name.value == name), None)
            if isinstance(value, VariableNode):
                given = variables.get(value.name.value)
                value = self._defaults.get(value.name.value) if given is None else given
            if isinstance(value, IntValueNode):
                value = int(value.value)
            if value is None:
                value = field.args[name].default_value
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
    # As `schema.CORE`, which is made of this module's extension and so can't be imported here.
    core: GraphQLSchema = context.schema._schema  # noqa: SLF001  # pyright: ignore
    fragments = {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            yield Sizes(core, node, fragments)
