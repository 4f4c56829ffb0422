"""The two ways a query is executed: by its plan, where it has one, else by graphql-core."""

from __future__ import annotations

import logging
from typing import Any

from graphql import ExecutionResult

from vidmill_graphql.compiled import plan_of
from vidmill_graphql.context import GraphqlContext
from vidmill_graphql.schema import schema

log = logging.getLogger(__name__)


async def execute(
    context: GraphqlContext, query: str, variables: dict[str, Any], operation_name: str | None
) -> ExecutionResult:
    """The answer to one operation."""
    gave_way: Exception | None = None
    try:
        plan = plan_of(query, operation_name)
        if plan is not None:
            return ExecutionResult(data=await plan.run(variables, context))
    except Exception as error:  # noqa: BLE001  # graphql-core says what it means to the answer
        gave_way = error
    result = await schema.execute(
        query, variable_values=variables, operation_name=operation_name, context_value=context
    )
    if gave_way is not None and not result.errors:
        # Nothing is wrong with the query, so something is with its plan: it costs twice each time.
        log.warning("a plan gave way", extra={"error": repr(gave_way)})
    return ExecutionResult(data=result.data, errors=result.errors)
