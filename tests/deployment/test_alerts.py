"""Rules and dashboard, as far as they can be read; that they fire is tried by `rules_test.yml`."""

import re

import pytest
import yaml
from figures_named import ROOT, asked_by, dashboard, figures, named_in_rules, rules

RULES = rules()
DANGEROUS = {"SafetyEscalationUnowned", "NoWorker", "RecordsDown", "TemporalDown", "KeyUnknown"}
_ANCHORS = {
    re.sub(r"[^a-z0-9 -]", "", line.lstrip("# ").lower()).replace(" ", "-")
    for line in (ROOT / "docs/operations.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("#")
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["alert"]))
def test_a_rule_says_how_grave_it_is_and_what_to_do(rule: dict[str, object]) -> None:
    labels, annotations = rule["labels"], rule["annotations"]
    assert isinstance(labels, dict)
    assert isinstance(annotations, dict)
    assert labels["severity"] in {"page", "ticket"}
    assert str(annotations["summary"]).endswith(".")
    page, _, anchor = str(annotations["runbook"]).partition("#")
    assert page == "docs/operations.md"
    assert anchor in _ANCHORS
    assert figures(str(rule["expr"]))


def test_what_stops_care_wakes_somebody() -> None:
    page = {rule["alert"] for rule in RULES if rule["labels"]["severity"] == "page"}
    assert page >= DANGEROUS
    names = [rule["alert"] for rule in RULES]
    assert len(names) == len(set(names))


def test_every_rule_is_tried_by_promtool_and_a_quiet_clinic_fires_none() -> None:
    """`promtool test rules deploy/prometheus/rules_test.yml`, by hand when a rule changes."""
    tried = yaml.safe_load((ROOT / "deploy/prometheus/rules_test.yml").read_text())["tests"]
    quiet, *loud = tried
    silent = {each["alertname"] for each in quiet["alert_rule_test"] if not each.get("exp_alerts")}
    fired = {
        each["alertname"] for t in loud for each in t["alert_rule_test"] if each.get("exp_alerts")
    }
    names = {rule["alert"] for rule in RULES}
    assert silent == names
    assert fired == names


@pytest.mark.parametrize(
    ("expression", "named"),
    [
        ('max(a_b{level="safety", owned="no"}) > 900', {"a_b"}),
        ("sum by (le) (rate(a_bucket[5m])) / on (job) c", {"a_bucket", "c"}),
        ("(sum(a offset 30m) or vector(0)) > bool b", {"a", "b"}),
        ('time() - min by (sweep) (a) > 1.5e3 and absent(d{x=~"y|z"})', {"a", "d"}),
    ],
)
def test_figures_are_read_out_of_an_expression(expression: str, named: set[str]) -> None:
    assert figures(expression) == named


def test_the_dashboard_can_be_imported_and_takes_any_source() -> None:
    board = dashboard()
    assert board["schemaVersion"] >= 39
    assert board["id"] is None, "an id is that of one Grafana"
    (variable,) = board["templating"]["list"]
    assert (variable["type"], variable["query"]) == ("datasource", "prometheus")
    panels = [panel for panel in board["panels"] if panel["type"] != "row"]
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])
    assert all(panel["datasource"]["uid"] == "${datasource}" for panel in panels)
    assert all(panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24 for panel in panels)
    assert len(list(asked_by(board))) > 40


def test_the_dashboard_shows_most_of_what_rules_look_at() -> None:
    shown = {name for expression in asked_by(dashboard()) for name in figures(expression)}
    bases = {re.sub(r"_(bucket|count|sum|total)$", "", name) for name in shown}
    looked_at = {re.sub(r"_(bucket|count|sum|total)$", "", name) for name in named_in_rules()}
    later = {"temporal_workflow_task_execution_failed", "waymark_sweep_bound_seconds"}
    assert len(looked_at - bases - later) <= 3, looked_at - bases
