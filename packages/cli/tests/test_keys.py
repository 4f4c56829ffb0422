"""`vidmill keys`, against the API."""

from __future__ import annotations

from .conftest import Command


def test_a_key_is_made_replaced_and_revoked(vidmill: Command) -> None:
    made = vidmill("keys", "create", "ci", "--scope", "read", "--days", "7", "--ip", "127.0.0.1")
    assert made.code == 0, made.stderr
    key = made.stdout.strip()
    assert key.startswith("vm_")
    assert "not shown again" in made.stderr
    [listed] = [one for one in vidmill("keys", "list", "--json").json() if one["name"] == "ci"]
    assert (listed["scopes"], listed["ip_allow"]) == (["read"], ["127.0.0.1/32"])
    assert listed["expires_at"] is not None
    assert vidmill("jobs", VIDMILL_API_KEY=key).code == 0
    assert "ci" in vidmill("keys", "list").stdout

    rotated = vidmill("keys", "rotate", listed["id"], "--overlap-seconds", "0", "--json").json()[0]
    assert vidmill("jobs", VIDMILL_API_KEY=key).code == 3
    assert vidmill("jobs", VIDMILL_API_KEY=rotated["key"]).code == 0
    assert vidmill("keys", "revoke", rotated["id"]).stdout == f"{rotated['id']}: revoked\n"
    assert vidmill("jobs", VIDMILL_API_KEY=rotated["key"]).code == 3
    assert "ci" not in vidmill("keys", "list").stdout
    assert vidmill("keys", "list", "--all").stdout.count(" ci ") == 2


def test_what_the_server_refuses_is_told(vidmill: Command) -> None:
    wrong = vidmill("keys", "create", "ci", "--ip", "nowhere")
    assert wrong.code == 3
    assert "192.0.2.0/24" in wrong.stderr
    assert vidmill("keys", "create", "ci", "--scope", "all").code == 2
