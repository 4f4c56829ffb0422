"""How deep a document goes and how many aliases it has, fragments included.

Each fragment is measured once and then known wherever it is spread: measured at each spread, thirty
fragments that spread each other twice would take hours. What validation refuses anyway, fragments
that are nowhere or that spread themselves, counts for nothing here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)

Fragments = Mapping[str, FragmentDefinitionNode]


@dataclass(frozen=True, slots=True)
class Shape:
    """Of a selection: how many fields are around its innermost one, and its aliases."""

    depth: int = 0
    aliases: int = 0


_NOTHING = Shape()


def fragments_of(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    """The fragments of a document by name."""
    return {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }


def shapes_of(document: DocumentNode) -> list[tuple[OperationDefinitionNode, Shape]]:
    """The operations of a document, each with its shape."""
    fragments = fragments_of(document)
    known: dict[str, Shape] = {}
    for name in _innermost_first(fragments):
        known[name] = _measured(fragments[name].selection_set, known)
    return [
        (node, _measured(node.selection_set, known))
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode)
    ]


def _measured(selected: SelectionSetNode, known: Mapping[str, Shape]) -> Shape:
    depth = aliases = 0
    for node in selected.selections:
        inner = _NOTHING
        if isinstance(node, FragmentSpreadNode):
            inner = known.get(node.name.value, _NOTHING)
        elif (below := _below(node)) is not None:
            inner = _measured(below, known)
        level = inner.depth
        if isinstance(node, FieldNode):
            aliases += node.alias is not None
            # The schema itself is deep, and no larger than it is.
            is_introspection = node.name.value.startswith("__")
            level = 0 if is_introspection or node.selection_set is None else level + 1
        depth = max(depth, level)
        aliases += inner.aliases
    return Shape(depth, aliases)


def _innermost_first(fragments: Fragments) -> Iterator[str]:
    """Names of fragments, each behind those that it spreads. Not by recursion: as many fragments as
    a document may have, one in another, are more calls than Python allows."""
    begun: set[str] = set()

    def inner_ones(name: str) -> Iterator[str]:
        begun.add(name)
        return (one for one in _spread_in(fragments[name].selection_set) if one in fragments)

    for first in fragments:
        if first in begun:
            continue
        opened = [(first, inner_ones(first))]
        while opened:
            name, inner = opened[-1]
            following = next((one for one in inner if one not in begun), None)
            if following is None:
                opened.pop()
                yield name
            else:
                opened.append((following, inner_ones(following)))


def _spread_in(selected: SelectionSetNode) -> Iterator[str]:
    for node in selected.selections:
        if isinstance(node, FragmentSpreadNode):
            yield node.name.value
        elif (below := _below(node)) is not None:
            yield from _spread_in(below)


def _below(node: SelectionNode) -> SelectionSetNode | None:
    """What a field or an inline fragment selects."""
    return getattr(node, "selection_set", None)
