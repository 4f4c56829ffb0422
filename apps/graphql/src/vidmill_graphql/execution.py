"""The two ways a query is executed: by its plan, where it has one, else by graphql-core."""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import Any

from graphql import ExecutionResult, GraphQLError, OperationType, get_operation_ast, parse

from vidmill_graphql.compiled import plan_of
from vidmill_graphql.context import GraphqlContext
from vidmill_graphql.limits import CACHED_DOCUMENTS, MAX_TOKENS
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
    try:
        _require_runnable(query, operation_name)
    except GraphQLError as error:
        return ExecutionResult(data=None, errors=[error])
    result = await schema.execute(
        query, variable_values=variables, operation_name=operation_name, context_value=context
    )
    if gave_way is not None and not result.errors:
        # Nothing is wrong with the query, so something is with its plan: it costs twice each time.
        log.warning("a plan gave way", extra={"error": repr(gave_way)})
    return ExecutionResult(data=result.data, errors=result.errors)


@lru_cache(maxsize=CACHED_DOCUMENTS)
def _require_runnable(query: str, operation_name: str | None) -> None:
    """See which operation is meant: Strawberry takes the first, and raises where there is none.
    Raises `GraphQLError`."""
    operation = get_operation_ast(parse(query, max_tokens=MAX_TOKENS), operation_name)
    if operation is None:
        raise GraphQLError(
            "The document has no operation of that name. Say in operationName one that it has."
            if operation_name
            else "Send a document with one operation, or say in operationName which of them to run."
        )
    if operation.operation is OperationType.SUBSCRIPTION:
        raise GraphQLError(
            "Subscriptions need a WebSocket to this address, which speaks graphql-transport-ws."
        )
