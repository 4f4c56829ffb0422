"""Relay connections (GraphQL Cursor Connections Specification)."""

from __future__ import annotations

import strawberry

from vidmill.db.job_reads import ORDERS
from vidmill.db.pages import Page, encode_cursor
from vidmill.db.videos import NEWEST_FIRST
from vidmill.jobs import Job
from vidmill.videos import Video
from vidmill_graphql.types.job import JobType, job_type
from vidmill_graphql.types.video import VideoType, video_type


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    """`PageInfo`."""

    has_next_page: bool = strawberry.field(description="Whether more follows.")
    has_previous_page: bool = strawberry.field(description="Whether something comes before.")
    start_cursor: str | None = strawberry.field(description="Position of the first entry.")
    end_cursor: str | None = strawberry.field(description="Pass it as `after` to go on.")


@strawberry.type(description="A job and its position in the list.")
class JobEdge:
    """`JobEdge`."""

    cursor: str = strawberry.field(description="Position just behind it.")
    node: JobType = strawberry.field(description="The job.")


@strawberry.type(description="A page of jobs.")
class JobConnection:
    """`JobConnection`."""

    edges: list[JobEdge] = strawberry.field(description="Jobs with positions.")
    nodes: list[JobType] = strawberry.field(description="Jobs.")
    page_info: PageInfo = strawberry.field(description="Where the page stands.")
    total_count: int = strawberry.field(description="How many the whole list has.")


@strawberry.type(description="A video and its position in the list.")
class VideoEdge:
    """`VideoEdge`."""

    cursor: str = strawberry.field(description="Position just behind it.")
    node: VideoType = strawberry.field(description="The video.")


@strawberry.type(description="A page of videos.")
class VideoConnection:
    """`VideoConnection`."""

    edges: list[VideoEdge] = strawberry.field(description="Videos with positions.")
    nodes: list[VideoType] = strawberry.field(description="Videos.")
    page_info: PageInfo = strawberry.field(description="Where the page stands.")
    total_count: int = strawberry.field(description="How many the whole list has.")


def job_connection(page: Page[Job], sort: str, after: str | None) -> JobConnection:
    """From a page of rows."""
    cursors = [encode_cursor(row, ORDERS[sort]) for row in page.items]
    nodes = [job_type(row) for row in page.items]
    return JobConnection(
        edges=[JobEdge(cursor=c, node=n) for c, n in zip(cursors, nodes, strict=True)],
        nodes=nodes,
        page_info=_page_info(cursors, page.next_cursor, after),
        total_count=page.total,
    )


def video_connection(page: Page[Video], after: str | None) -> VideoConnection:
    """From a page of rows."""
    cursors = [encode_cursor(row, NEWEST_FIRST) for row in page.items]
    nodes = [video_type(row) for row in page.items]
    return VideoConnection(
        edges=[VideoEdge(cursor=c, node=n) for c, n in zip(cursors, nodes, strict=True)],
        nodes=nodes,
        page_info=_page_info(cursors, page.next_cursor, after),
        total_count=page.total,
    )


def _page_info(cursors: list[str], following: str | None, after: str | None) -> PageInfo:
    return PageInfo(
        has_next_page=following is not None,
        has_previous_page=after is not None,
        start_cursor=cursors[0] if cursors else None,
        end_cursor=cursors[-1] if cursors else None,
    )
