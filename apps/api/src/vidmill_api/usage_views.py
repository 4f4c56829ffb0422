"""What was used, as JSON."""

from __future__ import annotations

from typing import Any

from vidmill.ledger import Ledger, Prices, Usage

Json = dict[str, Any]


def ledger_view(ledger: Ledger, prices: Prices) -> Json:
    """`LedgerView`."""
    stored = {"stored_per_month": prices.stored_month(ledger.output_bytes)}
    return {
        "cpu_seconds": ledger.cpu_ms / 1000,
        "input_bytes": ledger.input_bytes,
        "output_bytes": ledger.output_bytes,
        "video_seconds": ledger.video_ms / 1000,
        "cost": {**prices.cost(ledger).parts, **stored},
    }


def usage_view(usage: Usage, prices: Prices) -> Json:
    """`UsageView`."""
    return {
        "day": usage.day,
        "owner_id": usage.owner_id,
        "api_key_id": usage.api_key_id,
        "requests": usage.requests,
        "jobs": usage.jobs,
        "input_bytes": usage.input_bytes,
        "output_bytes": usage.output_bytes,
        "video_seconds": usage.video_ms / 1000,
        "cpu_seconds": usage.cpu_ms / 1000,
        "cost": prices.cost(usage).parts,
    }
