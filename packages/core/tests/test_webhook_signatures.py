"""What is signed, as receivers check it: with the library of Standard Webhooks, and by hand."""

from __future__ import annotations

import hashlib
import hmac
import time

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from vidmill.sealing import Sealer, Unreadable
from vidmill.webhook_signatures import is_secret, new_secret, signature_headers
from vidmill.webhooks import retry_delay

BODY = b'{"event":"job.completed","data":{"progress":100}}'


def signed(*keys: str, timestamp: int | None = None) -> dict[str, str]:
    return signature_headers(
        keys, delivery_id="0198", timestamp=timestamp or int(time.time()), body=BODY
    )


def test_the_library_of_standard_webhooks_verifies_it() -> None:
    secret = new_secret()
    assert Webhook(secret).verify(BODY, signed(secret))["data"] == {"progress": 100}
    for headers, body in (
        (signed(new_secret()), BODY),
        (signed(secret), BODY.replace(b"100", b"99")),
        (signed(secret) | {"webhook-id": "0199"}, BODY),
        (signed(secret, timestamp=int(time.time()) - 3600), BODY),
    ):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(body, headers)


def test_either_secret_verifies_while_a_rotation_lasts() -> None:
    new, old = new_secret(), new_secret()
    headers = signed(new, old)
    for key in (new, old):
        Webhook(key).verify(BODY, headers)
    assert headers["X-Webhook-Signature"] == by_hand(new)
    assert headers["X-Webhook-Signature-Previous"] == by_hand(old)


def test_a_secret_of_ones_own_signs_by_its_bytes() -> None:
    secret = "your-webhook-secret"
    headers = signed(secret)
    Webhook(secret.encode()).verify(BODY, headers)
    assert headers["X-Webhook-Signature"] == by_hand(secret)
    assert "X-Webhook-Signature-Previous" not in headers


def by_hand(secret: str) -> str:
    return "sha256=" + hmac.new(secret.encode(), BODY, hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    ("secret", "good"),
    [
        ("whsec_YSBzZWNyZXQgZm9yIG5vYm9keSBidXQgdGVzdHM=", True),
        ("your-webhook-secret", True),
        ("short", False),
        ("x" * 256, False),
        ("pass word with spaces", True),
        ("newline in a secret\n", False),
        ("schlüssel-schlüssel", False),
        ("whsec_", False),
        ("whsec_dG9vIHNob3J0", False),
        ("whsec_not base64 at all, is it?", False),
    ],
)
def test_which_secrets_can_be_used(secret: str, good: bool) -> None:
    assert is_secret(secret) == good


def test_a_sealed_secret_opens_in_its_own_place_alone() -> None:
    sealer = Sealer("s" * 32, "webhooks")
    sealed = sealer.seal("whsec_x", b"row 1")
    assert b"whsec_x" not in sealed
    assert sealed != sealer.seal("whsec_x", b"row 1")
    assert sealer.open(sealed, b"row 1") == "whsec_x"
    for other, where, content in (
        (sealer, b"row 2", sealed),
        (Sealer("t" * 32, "webhooks"), b"row 1", sealed),
        (Sealer("s" * 32, "others"), b"row 1", sealed),
        (sealer, b"row 1", sealed[:-1] + bytes([sealed[-1] ^ 1])),
        (sealer, b"row 1", b""),
    ):
        with pytest.raises(Unreadable):
            other.open(content, where)


def test_delays_grow_as_configured_then_end() -> None:
    delays = (60.0, 300.0, 900.0)
    for tries, least in enumerate(delays, 1):
        for _ in range(20):
            delay = retry_delay(delays, tries)
            assert delay is not None
            assert least <= delay <= least * 1.2
    assert retry_delay(delays, 4) is None
    asked = retry_delay(delays, 1, retry_after=500)
    assert asked is not None
    assert 500 <= asked <= 600
    endless = retry_delay(delays, 1, retry_after=10**8)
    assert endless is not None
    assert endless <= 900 * 1.2
