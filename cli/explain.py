"""`waymark explain`: why a text went, or did not, on one screen."""

from cli import asking
from cli.acting import By, InRole, reads_as
from cli.documents import Explained, PastEntry
from cli.exit_codes import ExitCode
from cli.journey_picture import explained_pictures
from cli.output import Output
from cli.past import diary_of
from cli.restricted import reading_as
from cli.running import AsJson, Patience, Ref, reference_from, run
from cli.session import Session
from cli.times import clock
from pathway.journey import DiaryEntry
from pathway.roles import CLINICIANS, Role
from records import link_handing, refusals
from records.link_handing import HandedOut
from records.link_making import session_of
from records.refusals import Refused


def explain(
    ref: Ref,
    by: By = None,
    role: InRole = None,
    patience: Patience = 10.0,
    as_json: AsJson = False,
) -> None:
    """Explain each send, deferral, skip and refusal with its reason, and what comes next.

    Also who handed out which one-time link.

    Why a clinician's entry was refused is shown to clinicians; others see that it was.
    """

    async def work(session: Session, output: Output) -> ExitCode:
        reference = reference_from(ref)
        told = await asking.explanation(session, reference)
        zone = told.zone or session.zone
        past = [_diary(e, zone) for e in await diary_of(session.records, reference, told.past)]
        refused = await refusals.for_reference(session.records, reference)
        handed = await link_handing.for_reference(session.records, reference)
        past += [_handed(each, zone) for each in handed]
        reader = await reading_as(session, reference, reads_as(session, by, role))
        past += [_refusal(each, zone, reader) for each in refused]
        explained = Explained(
            reference=reference,
            zone=zone,
            zone_known=told.zone is not None,
            past=tuple(sorted(past, key=lambda entry: entry.at)),
            to_come=told.to_come,
            demonstration=told.demonstration,
        )
        output.show(explained, *explained_pictures(explained))
        return ExitCode.OK

    run(work, as_json=as_json, patience=patience)


def _diary(entry: DiaryEntry, zone: str) -> PastEntry:
    return PastEntry(
        at=entry.at,
        local=clock(entry.at, zone),
        what=entry.line,
        outcome=entry.outcome,
        reason=entry.reason,
    )


def _handed(link: HandedOut, zone: str) -> PastEntry:
    treatment, _ = session_of(link)
    return PastEntry(
        at=link.at,
        local=clock(link.at, zone),
        what=f"one-time link for {link.whom}: {link.kind}, treatment {treatment}",
        outcome="handed_out",
        reason=f"until {clock(link.expires_at, zone)}",
        by=link.by,
    )


def _refusal(refused: Refused, zone: str, reader: Role | None) -> PastEntry:
    # The sentence may name what was answered or found (rule 29).
    withheld = refused.role in CLINICIANS and reader not in CLINICIANS
    return PastEntry(
        at=refused.at,
        local=clock(refused.at, zone),
        what=refused.command.replace("_", " "),
        outcome="refused",
        reason=refused.code if withheld else refused.sentence,
        by=refused.by,
    )
