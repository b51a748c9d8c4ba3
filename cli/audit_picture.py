"""What `waymark audit verify` says to a person."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from cli.audit_documents import AuditVerified
from cli.render import row, table, when
from records.findings import Fault

_MEANS = {
    Fault.ROW_ALTERED: "the row says something else than what was sealed",
    Fault.ROW_REMOVED: "the row was removed",
    Fault.ROW_INSERTED: "a row was put in",
    Fault.ROWS_REORDERED: "the row stands where another one was sealed",
    Fault.SET_ASIDE_ALTERED: "what was sealed and then replaced is kept nowhere",
    Fault.ERASURE_ALTERED: "the erasure is not the one that was sealed",
    Fault.LINK_ALTERED: "its link was altered",
    Fault.LINK_REMOVED: "its link was removed",
    Fault.TAIL_REMOVED: "this row and those behind it were removed",
    Fault.HEAD_ALTERED: "the end of the chain was altered",
    Fault.ANCHOR_ALTERED: "the anchor of the round was altered",
    Fault.ANCHOR_REMOVED: "the anchor of the round was removed",
    Fault.OUTSIDE_DIFFERS: "what was kept outside says otherwise from here on",
    Fault.KEY_UNKNOWN: "this key sealed it, and is not among the keys given",
    Fault.KEY_WRONG: "the key given under this id is not the one that sealed it",
}


def pictures(document: AuditVerified, zone: str) -> Iterator[RenderableType]:
    yield from _summary(document, zone)
    if document.replaced:
        title = "Replaced since: `waymark records check` says whether the history has it so"
        replaced = table(title, "journey", "row")
        for kept in document.replaced:
            row(replaced, kept.reference, kept.number)
        yield replaced
    if document.good:
        yield Text("Nothing that was sealed was altered, removed, moved or put in.", style="green")
        return
    picture = table("Not as it was sealed", "journey", "row", "round", "key", "what is wrong")
    for each in document.findings:
        says = _MEANS[each.fault]
        row(picture, each.reference, each.number, each.round, each.key_id, says, style="red")
    yield picture
    if document.wrong > len(document.findings):
        yield Text(f"And {document.wrong - len(document.findings)} more.")
    yield Text("`waymark records check` compares a journal with its history in Temporal.")


def _summary(document: AuditVerified, zone: str) -> Iterator[Text]:
    rows = document.rows
    yield Text(
        f"{document.journeys} journeys: {rows.sealed} rows confirmed and sealed, {rows.waiting} "
        f"confirmed and not sealed yet, {rows.provisional} provisional."
    )
    if rows.replaced or rows.erased:
        yield Text(
            f"Of what was sealed {rows.replaced} rows were replaced since, and are kept aside; "
            f"{rows.erased} were erased."
        )
    if document.rounds:
        yield Text(f"{document.rounds} rounds, the last {when(document.last_round_at, zone)}.")
    if document.outside:
        yield Text(f"Compared outside: {document.outside} anchors.")
    else:
        yield Text(
            "Nothing outside was compared: an end that was cut off with its anchors is not seen.",
            style="yellow",
        )
