"""Queries compiled once and run column by column, instead of field by field.

graphql-core walks every field of every row: for a hundred jobs with four renditions that is most
of the time a query takes. Here a document becomes a `Plan`, once: which attributes to read, what
to load, in which order. A plan answers for all rows of a level at a time.

It knows what the answer is where nothing is wrong. Whatever else there is (directives,
introspection, an error, a null where none may be) it leaves to graphql-core: `plan_of` is None, or
`Plan.run` raises, and the query is executed again, the ordinary way. Nothing here writes, so that
does no harm. That both ways answer the same is held by tests of random queries.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from inspect import isawaitable
from operator import attrgetter
from typing import Any, cast

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLResolveInfo,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    get_operation_ast,
    is_leaf_type,
    is_object_type,
    parse,
)
from graphql.execution.values import get_argument_values
from graphql.pyutils import Path
from strawberry.schema.schema_converter import GraphQLCoreConverter

from vidmill_graphql.fields import BATCHED, COMPUTED, NEEDS
from vidmill_graphql.leaves import Column, leaf_column
from vidmill_graphql.limits import CACHED_DOCUMENTS, MAX_TOKENS, problems_of
from vidmill_graphql.plan import Document, Part, Plan, Run, Selection, Step, list_step, object_step
from vidmill_graphql.schema import CORE
from vidmill_graphql.shape import fragments_of
from vidmill_graphql.size import Sizes


class Uncompilable(Exception):
    """The document has something that plans have no word for."""


@lru_cache(maxsize=CACHED_DOCUMENTS)
def plan_of(query: str, operation_name: str | None) -> Plan | None:
    """The plan of a valid query that keeps the limits; None of any other, and of those that have
    directives or look at the schema."""
    try:
        document = parse(query, max_tokens=MAX_TOKENS)
    except GraphQLError:
        return None
    if problems_of(CORE, document):
        return None
    operation = get_operation_ast(document, operation_name)
    if operation is None or operation.operation is not OperationType.QUERY:
        return None
    try:
        return _Compiler(document, operation).plan()
    except Uncompilable:
        return None


class _Compiler:
    """Of one document, which is valid: what validation holds is not looked at again."""

    def __init__(self, document: DocumentNode, operation: OperationDefinitionNode) -> None:
        self._document = Document(operation, fragments_of(document))

    def plan(self) -> Plan:
        operation = self._document.operation
        assert CORE.query_type is not None
        if operation.directives:
            raise Uncompilable
        return Plan(
            self._document,
            self._selection(CORE.query_type, [operation.selection_set]),
            Sizes(CORE, operation, self._document.fragments),
        )

    def _selection(self, kind: GraphQLObjectType, sets: Sequence[SelectionSetNode]) -> Selection:
        fields: dict[str, list[FieldNode]] = {}
        spread: set[str] = set()
        for selected in sets:
            self._collect(selected, fields, spread)
        plain: list[tuple[int, Step]] = []
        loaded: list[tuple[int, Callable[[Column, Run], Awaitable[Column]]]] = []
        needs: frozenset[str] | None = frozenset()
        for position, nodes in enumerate(fields.values()):
            if nodes[0].name.value == "__typename":
                plain.append((position, _typename(kind)))
                continue
            part = self._field(kind, nodes)
            needs = None if needs is None or part.needs is None else needs | part.needs
            if part.at_hand:
                plain.append((position, part.step))
            else:
                loaded.append((position, cast("Any", part.step)))
        return Selection(tuple(fields), needs, tuple(plain), tuple(loaded))

    def _collect(
        self, selected: SelectionSetNode, fields: dict[str, list[FieldNode]], spread: set[str]
    ) -> None:
        """Fields by the name they have in the answer. No type is abstract, so that a fragment that
        may be here applies; one that was `spread` already has no more to say."""
        for node in selected.selections:
            if node.directives:
                raise Uncompilable
            if isinstance(node, FieldNode):
                key = node.alias.value if node.alias else node.name.value
                fields.setdefault(key, []).append(node)
                continue
            inner: Any = node
            if isinstance(node, FragmentSpreadNode):
                if node.name.value in spread:
                    continue
                spread.add(node.name.value)
                inner = self._document.fragments[node.name.value]
            if inner.directives:
                raise Uncompilable
            self._collect(inner.selection_set, fields, spread)

    def _field(self, kind: GraphQLObjectType, nodes: list[FieldNode]) -> Part:
        """The step of a field: read, then complete."""
        name = nodes[0].name.value
        if name.startswith("__"):
            raise Uncompilable
        field = kind.fields[name]
        done = self._completion(field.type, nodes)
        read = _reader(kind, field, nodes, done.needs)
        if read.at_hand and done.at_hand:
            first, then = read.step, done.step
            return Part(lambda rows, run: then(cast("Column", first(rows, run)), run), read.needs)

        async def step(rows: Column, run: Run) -> Column:
            values = read.step(rows, run)
            found = done.step(values if isinstance(values, list) else await values, run)
            return found if isinstance(found, list) else await found

        return Part(step, read.needs, at_hand=False)

    def _completion(self, kind: Any, nodes: list[FieldNode], *, nullable: bool = True) -> Part:
        """From what resolvers give to what the answer has."""
        if isinstance(kind, GraphQLNonNull):
            return self._completion(kind.of_type, nodes, nullable=False)
        if is_leaf_type(kind):
            column = leaf_column(kind, nullable=nullable)
            return Part(lambda values, _: column(values), frozenset())
        if isinstance(kind, GraphQLList):
            inner = self._completion(kind.of_type, nodes)
            return Part(list_step(inner, nullable=nullable), inner.needs, at_hand=inner.at_hand)
        if not is_object_type(kind):
            raise Uncompilable
        sets = [node.selection_set for node in nodes if node.selection_set is not None]
        selection = self._selection(kind, sets)
        return Part(object_step(selection, nullable=nullable), selection.needs, at_hand=False)


def _typename(kind: GraphQLObjectType) -> Step:
    return lambda rows, _: [kind.name] * len(rows)


def _reader(
    kind: GraphQLObjectType,
    field: GraphQLField,
    nodes: list[FieldNode],
    wanted: frozenset[str] | None,
) -> Part:
    """How a field's values are got from its rows (see `vidmill_graphql.fields`), of which the
    `wanted` columns are looked at."""
    declared = field.extensions[GraphQLCoreConverter.DEFINITION_BACKREF]
    if declared.is_basic_field:
        # What is around rows, as a page is, holds them in attributes; their needs are its needs.
        get = attrgetter(declared.python_name)
        needs = None if wanted is None else wanted | {declared.python_name}
        return Part(lambda rows, _: list(map(get, rows)), needs)
    needs = declared.metadata.get(NEEDS)
    needs = None if needs is None else frozenset(needs)
    if compute := declared.metadata.get(COMPUTED):
        return Part(lambda rows, run: [compute(row, run.context) for row in rows], needs)
    if load := declared.metadata.get(BATCHED):

        async def read(rows: Column, run: Run) -> Column:
            return list(await load(rows, replace(run.context, wanted=wanted)))

        return Part(read, needs, at_hand=False)
    return Part(_resolved(kind, field, nodes, wanted), None, at_hand=False)


def _resolved(
    kind: GraphQLObjectType,
    field: GraphQLField,
    nodes: list[FieldNode],
    wanted: frozenset[str] | None,
) -> Step:
    """Through the resolver, as graphql-core calls it: fields of Query, and those with arguments."""
    resolve = field.resolve
    if resolve is None:
        raise Uncompilable
    name = nodes[0].name.value

    async def read(rows: Column, run: Run) -> Column:
        document = run.document
        arguments = get_argument_values(field, nodes[0], run.variables)
        info = GraphQLResolveInfo(
            field_name=name,
            field_nodes=nodes,
            return_type=field.type,
            parent_type=kind,
            path=Path(None, name, kind.name),
            schema=CORE,
            fragments=document.fragments,
            root_value=None,
            operation=document.operation,
            variable_values=run.variables,
            context=replace(run.context, wanted=wanted),
            is_awaitable=cast("Any", isawaitable),
            abort_signal=None,
            async_helpers=cast("Any", None),
        )
        values = [resolve(row, info, **arguments) for row in rows]
        return [await value if isawaitable(value) else value for value in values]

    return read
