"""What schemathesis can't know of the document: some right values are right once, or come from an
answer. Loaded by schemathesis, in its own environment."""

from uuid import uuid4

import schemathesis


@schemathesis.hook
def before_call(context, case, kwargs) -> None:
    """A made-up cursor is rightly refused, and so is a key that comes again with another body.
    Where a request is meant to be right, it has neither; wrong ones stay as they are."""
    if case.meta is None or case.meta.generation.mode.is_negative:
        return
    if case.query:
        case.query.pop("cursor", None)
    if case.headers and "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = str(uuid4())
