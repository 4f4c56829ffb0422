"""Random queries that are valid, of whatever the schema has."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any, cast

from graphql import (
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
    is_object_type,
    parse,
)

from vidmill_graphql.limits import MAX_ALIASES
from vidmill_graphql.schema import CORE
from vidmill_graphql.shape import shapes_of

#: Where it stands depends on the moment it is asked for.
MOMENTARY = {"etaSeconds", "healthy", "throughput", "oldestWaitSeconds"}
#: What a field takes, by its name; chosen at random, as literals.
ARGUMENTS = {
    "jobs": ["", "(limit: 3)", "(limit: 500)", "(status: COMPLETED)", "(limit: 2, status: FAILED)"],
    "jobsConnection": [
        "", "(first: 2)", "(first: 3, orderBy: PRIORITY_DESC)", '(filter: {search: "CLIP"})',
        "(orderBy: UPDATED_AT_ASC, filter: {status: COMPLETED, priority: 5})",
    ],
    "tasks": [
        "", "(first: 2)", "(kind: PLAN)", "(status: COMPLETED, first: 3)", "(status: QUEUED)",
        '(jobId: "nonsense")', "(kind: VERIFY, status: COMPLETED)",
    ],
    "assets": ["", "(first: 5)", "(kind: THUMBNAIL)", "(kind: TRANSCRIPT, first: 1)"],
    "videos": [
        "", "(first: 1)", '(search: "clip")', "(mine: true, orderBy: TITLE_ASC)",
        "(visibility: PRIVATE, orderBy: VIEWS_DESC)", '(tag: "none", first: 2)',
    ],
}  # fmt: skip


@dataclass
class Author:
    """Writes random queries that are valid."""

    chance: random.Random
    ids: dict[str, list[str]]
    fragments: list[str] = field(default_factory=list[str])
    aliases: int = 0

    def query(self) -> str:
        assert CORE.query_type is not None
        while True:
            self.fragments, self.aliases = [], 0
            body = self.selection(CORE.query_type, 0)
            query = "\n".join([f"query {body}", *self.fragments])
            [(_, shape)] = shapes_of(parse(query))
            if shape.aliases <= MAX_ALIASES:  # What is repeated has its aliases again.
                return query

    def selection(self, kind: GraphQLObjectType, depth: int) -> str:
        names = [name for name in kind.fields if self.fits(kind, name, depth)]
        chosen = self.chance.sample(names, min(len(names), self.chance.randint(1, 6)))
        parts = [self.part(kind, name, depth) for name in chosen]
        if not parts or self.chance.random() < 0.2:
            parts.insert(self.chance.randrange(len(parts) + 1), "__typename")
        if self.chance.random() < 0.15:
            parts.append(parts[0])
        return self.wrapped(kind, "{ " + " ".join(parts) + " }")

    def wrapped(self, kind: GraphQLObjectType, body: str) -> str:
        chance = self.chance.random()
        if chance < 0.1:
            return f"{{ ... on {kind.name} {body} }}"
        if chance < 0.2:
            name = f"F{len(self.fragments)}"
            self.fragments.append(f"fragment {name} on {kind.name} {body}")
            return f"{{ ...{name} }}"
        return body

    def fits(self, kind: GraphQLObjectType, name: str, depth: int) -> bool:
        if name in MOMENTARY:
            return False
        needed = [a for a in kind.fields[name].args.values() if str(a.type).endswith("!")]
        takeable = all(a.default_value is not None for a in needed) or name in self.ids
        return takeable and (depth < 4 or is_leaf_type(get_named_type(kind.fields[name].type)))

    def part(self, kind: GraphQLObjectType, name: str, depth: int) -> str:
        inner = cast("Any", get_named_type(kind.fields[name].type))
        alias = ""
        if self.aliases < 4 and self.chance.random() < 0.15:
            self.aliases += 1
            alias = f"alias{self.aliases}: "
        arguments = self.chance.choice(ARGUMENTS.get(name, [""])) if depth == 0 else ""
        if depth == 0 and name in self.ids:
            arguments = f'(id: "{self.chance.choice(self.ids[name])}")'
        nested = f" {self.selection(inner, depth + 1)}" if is_object_type(inner) else ""
        return f"{alias}{name}{arguments}{nested}"
