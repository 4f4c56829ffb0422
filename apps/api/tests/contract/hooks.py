"""What schemathesis can't know of the document: some right values are right once, or come from an
answer, and some rules tie fields to each other. Loaded by schemathesis, in its own environment."""

from uuid import uuid4

import schemathesis

#: Codes of what the document says of single fields: a request that keeps to it has none of them.
#: Text is not among them, for blanks at its ends do not count.
_OF_SINGLE_FIELDS = {
    "bool_type", "dict_type", "enum", "extra_forbidden", "finite_number", "float_type",
    "greater_than", "greater_than_equal", "int_type", "less_than", "less_than_equal", "list_type",
    "literal_error", "missing", "model_type", "string_pattern_mismatch", "string_too_long",
    "string_type", "uuid_parsing", "uuid_type",
}  # fmt: skip


#: Fields of forms that are texts, or lists of them.
_TEXTS = (
    "captions", "category", "description", "preset", "tags", "title", "webhook_secret",
    "webhook_url",
)  # fmt: skip


@schemathesis.hook
def before_call(context, case, kwargs) -> None:
    """A made-up cursor is rightly refused, and so is a key that comes again with another body.
    Where a request is meant to be right, it has neither; wrong ones stay as they are."""
    if _meant_to_be_wrong(case):
        return
    if case.query:
        case.query.pop("cursor", None)
    if case.headers and "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = str(uuid4())


@schemathesis.hook
def filter_case(context, case) -> bool:
    """In a form all is text, and a list is a field for each entry: a number in place of a text, or
    of a list, is that text, which is right."""
    if case.media_type != "multipart/form-data" or not isinstance(case.body, dict):
        return True
    return not any(isinstance(case.body.get(name), bool | int | float) for name in _TEXTS)


@schemathesis.check
def refused_for_a_reason(context, response, case) -> None:
    """What keeps to the document is only refused for what no document can say."""
    if response.status_code != 422 or _meant_to_be_wrong(case):
        return
    said = {error["code"] for error in response.json().get("errors", [])}
    assert not said & _OF_SINGLE_FIELDS, f"the document allows what was refused: {sorted(said)}"


def _meant_to_be_wrong(case) -> bool:
    return case.meta is None or case.meta.generation.mode.is_negative
