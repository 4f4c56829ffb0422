"""Relay connections (GraphQL Cursor Connections Specification)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import strawberry

from vidmill.db.job_lists import COUNTED
from vidmill.db.pages import Keyed, Page, encode_cursor
from vidmill_graphql.fields import computed
from vidmill_graphql.types.asset import AssetType
from vidmill_graphql.types.job import JobType
from vidmill_graphql.types.task import TaskType
from vidmill_graphql.types.video import VideoType

_COUNTED = f"How many the whole list has, counted up to {COUNTED:,}."
_EXACT = "False where there may be more than `totalCount`."


@dataclass(frozen=True, slots=True)
class Connection:
    """A page of rows; what the types below describe."""

    page: Page[Any]
    order: Keyed
    after: str | None

    @property
    def nodes(self) -> Sequence[Any]:
        return self.page.items

    @property
    def edges(self) -> list[Edge]:
        return [Edge(row, self.order) for row in self.page.items]

    @property
    def total_count(self) -> int:
        return self.page.total

    @property
    def total_is_exact(self) -> bool:
        return self.page.total_is_exact

    @property
    def page_info(self) -> PageInfo:
        rows = self.page.items
        return PageInfo(
            has_next_page=self.page.next_cursor is not None,
            has_previous_page=self.after is not None,
            start_cursor=encode_cursor(rows[0], self.order) if rows else None,
            end_cursor=encode_cursor(rows[-1], self.order) if rows else None,
        )


@dataclass(frozen=True, slots=True)
class Edge:
    """A row and the order of its list."""

    node: Any
    order: Keyed


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    """`PageInfo`."""

    has_next_page: bool = strawberry.field(description="Whether more follows.")
    has_previous_page: bool = strawberry.field(description="Whether something comes before.")
    start_cursor: str | None = strawberry.field(description="Position of the first entry.")
    end_cursor: str | None = strawberry.field(description="Pass it as `after` to go on.")


def _cursor(description: str) -> Any:
    return computed(lambda edge, _: encode_cursor(edge.node, edge.order), description, ())


@strawberry.type(description="A job and its position in the list.")
class JobEdge:
    """An `Edge` to a job."""

    cursor: str = _cursor("Position just behind it.")
    node: JobType = strawberry.field(description="The job.")


@strawberry.type(description="A page of jobs.")
class JobConnection:
    """A `Connection` of jobs."""

    edges: list[JobEdge] = strawberry.field(description="Jobs with positions.")
    nodes: list[JobType] = strawberry.field(description="Jobs.")
    page_info: PageInfo = strawberry.field(description="Where the page stands.")
    total_count: int = strawberry.field(
        description="How many the whole list has; of one that is narrowed by more than status, "
        f"counted up to {COUNTED:,}."
    )
    total_is_exact: bool = strawberry.field(description=_EXACT)


@strawberry.type(description="A video and its position in the list.")
class VideoEdge:
    """An `Edge` to a video."""

    cursor: str = _cursor("Position just behind it.")
    node: VideoType = strawberry.field(description="The video.")


@strawberry.type(description="A page of videos.")
class VideoConnection:
    """A `Connection` of videos."""

    edges: list[VideoEdge] = strawberry.field(description="Videos with positions.")
    nodes: list[VideoType] = strawberry.field(description="Videos.")
    page_info: PageInfo = strawberry.field(description="Where the page stands.")
    total_count: int = strawberry.field(description="How many the whole list has.")


@strawberry.type(description="A task and its position in the list.")
class TaskEdge:
    """An `Edge` to a task."""

    cursor: str = _cursor("Position just behind it.")
    node: TaskType = strawberry.field(description="The task.")


@strawberry.type(description="A page of tasks.")
class TaskConnection:
    """A `Connection` of tasks."""

    edges: list[TaskEdge] = strawberry.field(description="Tasks with positions.")
    nodes: list[TaskType] = strawberry.field(description="Tasks.")
    page_info: PageInfo = strawberry.field(description="Where the page stands.")
    total_count: int = strawberry.field(description=_COUNTED)
    total_is_exact: bool = strawberry.field(description=_EXACT)


@strawberry.type(description="A file and its position in the list.")
class AssetEdge:
    """An `Edge` to an asset."""

    cursor: str = _cursor("Position just behind it.")
    node: AssetType = strawberry.field(description="The file.")


@strawberry.type(description="A page of files.")
class AssetConnection:
    """A `Connection` of assets."""

    edges: list[AssetEdge] = strawberry.field(description="Files with positions.")
    nodes: list[AssetType] = strawberry.field(description="Files.")
    page_info: PageInfo = strawberry.field(description="Where the page stands.")
    total_count: int = strawberry.field(description=_COUNTED)
    total_is_exact: bool = strawberry.field(description=_EXACT)
