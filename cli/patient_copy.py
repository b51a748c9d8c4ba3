"""`waymark patient disclosures` and `patient copy`: what others were told, and all that is kept."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import RenderableType
from rich.text import Text

from cli.acting import By, InRole, acting
from cli.documents import CopyWritten, DisclosureLine, Disclosures
from cli.exit_codes import ExitCode
from cli.output import Output
from cli.render import row, table
from cli.restricted import not_in, opened, require_reaching
from cli.running import AsJson, Ref, reference_from, run
from cli.session import Session
from cli.times import clock
from cli.trouble import wrong_usage
from pathway import events as ev
from pathway.facts.safety import Disclosure
from pathway.model import PathwayReference
from pathway.roles import CLINICIANS, Role
from records import amendments, details, inbound, journal, patients, texts
from records import disclosures as disclosed
from records.retelling import event_of

COPY_GIVEN = "copy_given"
DISCLOSED = "disclosure_recorded"
NOT_KEPT = "(not in the records)"


def disclosures(ref: Ref, by: By = None, role: InRole = None, as_json: AsJson = False) -> None:
    """List what was told to others about a patient: to whom, what, why, and by whom (rule 29)."""

    async def work(session: Session, output: Output) -> ExitCode:
        _, acts_as = acting(session, by, role)
        require_reaching(acts_as)
        reference = reference_from(ref)
        await opened(session, reference, acts_as)
        lines = await _told(session, reference)
        document = Disclosures(reference=reference, disclosures=lines)
        output.show(document, *_picture(document, session.zone))
        return ExitCode.OK

    run(work, as_json=as_json)


def copy(
    ref: Ref,
    to: Annotated[Path, typer.Option(metavar="FILE", help="A new file; none is overwritten.")],
    by: By = None,
    role: InRole = None,
    as_json: AsJson = False,
) -> None:
    """Write a copy of all that is kept about a patient, for the patient; a clinician or the privacy
    officer hands it over.

    Texts of a phone that is another patient's too are left out.
    """

    async def work(session: Session, output: Output) -> ExitCode:
        who, acts_as = acting(session, by, role)
        if acts_as not in CLINICIANS | {Role.PRIVACY_OFFICER}:
            raise not_in(acts_as, "a clinician or the privacy officer gives a copy")
        reference = reference_from(ref)
        await opened(session, reference, acts_as)
        kept = await _all_of(session, reference)
        _write(to, json.dumps(kept, indent=2, ensure_ascii=False, default=str))
        given = (COPY_GIVEN,)
        await details.note(session.records, reference, given, by=who, role=acts_as, at=session.now)
        document = CopyWritten(reference=reference, file=str(to), events=len(kept["journal"]))
        output.show(document, Text(f"Written to {to}. Give it to the patient, and to nobody else."))
        return ExitCode.OK

    run(work, as_json=as_json)


async def _told(session: Session, reference: PathwayReference) -> tuple[DisclosureLine, ...]:
    """What the records keep in words, and what older journals tell of by themselves."""
    kept = await disclosed.for_reference(session.records, reference)
    lines = [
        DisclosureLine(at=t.at, to=t.told, name=t.person, what=t.what, why=t.why, by=t.by)
        for t in kept
    ]
    ids = {told.id for told in kept}
    for entry in await journal.read(session.records, reference):
        if entry.kind != DISCLOSED:
            continue
        event = event_of(entry)
        if isinstance(event, ev.DisclosureRecorded) and event.disclosure.id not in ids:
            lines.append(_from_journal(event.disclosure))
    return tuple(sorted(lines, key=lambda line: line.at))


def _from_journal(said: Disclosure) -> DisclosureLine:
    return DisclosureLine(
        at=said.signed.happened_at,
        to=said.to,
        name=said.name,
        what=said.what or NOT_KEPT,
        why=said.why or NOT_KEPT,
        by=said.signed.by,
    )


async def _all_of(session: Session, reference: PathwayReference) -> dict[str, Any]:
    records = session.records
    stored = await patients.get(records, reference)
    notes = await patients.referral_notes(records, reference)
    known = await details.get(records, reference)
    changes = await details.changes(records, reference)
    wrote = await inbound.for_reference(records, reference)
    return {
        "patient": stored.model_dump(mode="json") if stored else None,
        "reaching_her": known.model_dump(mode="json"),
        "referral": notes.model_dump(mode="json") if notes else None,
        "disclosures": [line.model_dump(mode="json") for line in await _told(session, reference)],
        "changes": [change.model_dump(mode="json") for change in changes],
        "amendments": [
            each.model_dump(mode="json")
            for each in await amendments.for_reference(records, reference)
        ],
        "texts_to_her": [
            {"at": text.as_of, "template": text.template, "words": text.body, "state": text.state}
            for text in await texts.for_reference(records, reference)
        ],
        "texts_from_her": [
            {"at": text.received_at, "words": text.body}
            for text in wrote
            if text.references == (reference,)
        ],
        "journal": [
            {"number": e.number, "at": e.at, "kind": e.kind, "said": json.loads(e.payload)}
            for e in await journal.read(records, reference)
        ],
    }


def _write(file: Path, words: str) -> None:
    """Readable by its owner only, from its first letter on.

    Raises Trouble, without the file's name: the patient's may be a part of it.
    """
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise wrong_usage("--to: this file is there already; name a new file.") from None
    except OSError as error:
        raise wrong_usage(f"--to: this file cannot be written: {error.strerror}.") from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(words + "\n")


def _picture(document: Disclosures, zone: str) -> Iterator[RenderableType]:
    if not document.disclosures:
        yield Text("Nothing was told to anybody.")
        return
    picture = table("Disclosures", "when", "to", "name", "what", "why", "by")
    for line in document.disclosures:
        row(picture, clock(line.at, zone), line.to, line.name, line.what, line.why, line.by)
    yield picture
