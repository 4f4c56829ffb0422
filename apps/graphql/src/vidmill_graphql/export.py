"""Write the schema to a file, from which the web app's types are made."""

from __future__ import annotations

import sys
from pathlib import Path

from vidmill_graphql.schema import schema


def render() -> str:
    """The schema as it is kept in version control."""
    return schema.as_str() + "\n"


if __name__ == "__main__":
    Path(sys.argv[1] if len(sys.argv) > 1 else "apps/graphql/schema.graphql").write_text(
        render(), encoding="utf-8"
    )
