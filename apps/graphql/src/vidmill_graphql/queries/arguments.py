"""What arguments of queries may be."""

from __future__ import annotations

from uuid import UUID

from graphql import GraphQLError

from vidmill_graphql.limits import MAX_PAGE_SIZE


def page_size(wanted: int) -> int:
    """How many entries a page has; raises `GraphQLError`, code `page_size`."""
    if not 1 <= wanted <= MAX_PAGE_SIZE:
        raise GraphQLError(
            f"A page has 1 to {MAX_PAGE_SIZE} entries, not {wanted}.",
            extensions={"code": "page_size"},
        )
    return wanted


def uuid_or_none(identity: str) -> UUID | None:
    """An id as the database has it; None for what can't be one."""
    try:
        return UUID(identity)
    except ValueError:
        return None
