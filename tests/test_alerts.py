"""That rules ask for metrics which there are, and that each alert is tested and explained."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from prometheus_client import CollectorRegistry

from vidmill import metrics

ROOT = Path(__file__).resolve().parents[1]
RULES = ROOT / "deploy" / "prometheus" / "rules"
TESTS = ROOT / "deploy" / "prometheus" / "tests"
RUNBOOKS = (ROOT / "docs" / "operations" / "alerts.md").read_text(encoding="utf-8")
#: What node_exporter names as here: https://github.com/prometheus/node_exporter
EXPORTED = {
    "node_cpu_seconds_total",
    "node_memory_MemAvailable_bytes",
    "node_memory_MemTotal_bytes",
    "node_filesystem_avail_bytes",
    "node_filesystem_size_bytes",
}
#: Words of PromQL that are followed by no bracket.
WORDS = {"and", "or", "unless", "by", "on", "le", "without"}


def documents(folder: Path) -> list[dict[str, Any]]:
    return [yaml.safe_load(path.read_text(encoding="utf-8")) for path in folder.glob("*.yml")]


def rules() -> list[dict[str, Any]]:
    return [
        rule for file in documents(RULES) for group in file["groups"] for rule in group["rules"]
    ]


def counted() -> dict[str, set[str]]:
    """Every series that our services expose, with its labels."""
    found: dict[str, set[str]] = {}
    for name, group in vars(metrics).items():
        if name.endswith("Metrics"):
            made = cast("dict[str, Any]", vars(group(CollectorRegistry())))
            for metric in made.values():
                found |= series(metric)
    return found


def series(metric: Any) -> dict[str, set[str]]:
    """The series of one metric."""
    [family] = metric.describe()
    name, labels = str(family.name), set[str](metric._labelnames)
    if family.type == "histogram":
        found = {f"{name}_{part}": labels for part in ("sum", "count")}
        return found | {f"{name}_bucket": labels | {"le"}}
    return {name + ("_total" if family.type == "counter" else ""): labels}


def asked(expression: str) -> dict[str, set[str]]:
    """The series an expression reads, with the labels it matches them by."""
    expression = re.sub(r"\b(by|without|on)\s*\([^)]*\)", " ", expression)
    found: dict[str, set[str]] = {}
    for match in re.finditer(r"([A-Za-z_:][\w:]*)(?!\w)\s*(\{[^}]*\}|\(|)", expression):
        name, follows = match.groups()
        bare = re.sub(r'"[^"]*"', "", expression[: match.start()])
        inside = (
            bare.count("{") > bare.count("}") or '"' in bare or bare.count("[") > bare.count("]")
        )
        if follows != "(" and name not in WORDS and not inside:
            found.setdefault(name, set()).update(re.findall(r"(\w+)\s*[=!]", follows))
    return found


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.get("alert") or rule["record"])
def test_a_rule_asks_for_what_there_is(rule: dict[str, Any]) -> None:
    recorded = {rule["record"] for rule in rules() if "record" in rule}
    known = counted()
    read = asked(rule["expr"])
    assert read
    for name, labels in read.items():
        assert name in known or name in recorded or name in EXPORTED
        if name in known:
            assert labels <= known[name], name


def test_names_that_are_not_there_are_noticed() -> None:
    read = asked('sum(rate(queue_depht{prio="1"}[5m])) > 3 and max by (le) (jobs) == 0')
    assert read == {"queue_depht": {"prio"}, "jobs": set()}


def test_each_alert_is_explained_and_tested_both_ways() -> None:
    alerts = {rule["alert"]: rule for rule in rules() if "alert" in rule}
    expected: dict[str, set[bool]] = {}
    for document in documents(TESTS):
        for test in document["tests"]:
            for case in test.get("alert_rule_test", []):
                expected.setdefault(case["alertname"], set()).add(bool(case["exp_alerts"]))
    assert {name: {True, False} for name in alerts} == expected
    assert [rule["labels"]["runbook"] for rule in alerts.values()] == [n.lower() for n in alerts]
    assert re.findall(r"^## (\w+)$", RUNBOOKS, re.MULTILINE) == list(alerts)
