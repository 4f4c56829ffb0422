"""What the node takes from Swift's own library; importable in Swift's environment only."""

# Type checkers run on the services' environment, which has no Swift.
# pyright: basic, reportMissingImports=false

from __future__ import annotations

from pathlib import Path

from swift.common.daemon import run_daemon
from swift.common.ring import RingBuilder
from swift.common.utils import set_swift_dir
from swift.obj.updater import ObjectUpdater


def write_rings(etc: Path, ports: dict[str, int]) -> None:
    """Write the rings of one replica on one device. They name ports, so each start makes them
    anew; with a single device every partition lands on it whatever the ring's history.

    `etc` is the folder that already holds swift.conf; `ports` has Swift's names of the servers.
    """
    set_swift_dir(str(etc))
    for name, port in ports.items():
        builder = RingBuilder(part_power=4, replicas=1, min_part_hours=0)
        builder.add_dev(
            {
                "region": 1,
                "zone": 1,
                "device": "disk",
                "weight": 1.0,
                "meta": "",
                "ip": "127.0.0.1",
                "port": port,
                "replication_ip": "127.0.0.1",
                "replication_port": port,
            }
        )
        builder.rebalance()
        builder.get_ring().save(str(etc / f"{name}.ring.gz"), format_version=1)


def update_listings(etc: Path) -> None:
    """Carry out listing updates that a container server missed because it was killed; without
    this pass such an object could be read but would be in no list.
    """
    set_swift_dir(str(etc))
    run_daemon(ObjectUpdater, str(etc / "object.conf"), once=True)
