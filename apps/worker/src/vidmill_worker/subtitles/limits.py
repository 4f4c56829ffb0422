"""How much text is read of a source. Imports nothing: the reading child uses it."""

from __future__ import annotations

PACKET_BYTES = 64 * 1024
"""Larger packets are no text that anybody reads."""
MAX_PACKETS = 100_000
MAX_BYTES = 32 * 2**20
"""Of all packets together: some hundred times a film's."""
