"""`waymark link`: a link by which a therapist outside the clinic answers, to be handed to her."""

from typing import Annotated

import typer
from rich.text import Text

from cli import asking
from cli.acting import By, InRole, acting
from cli.documents import LinkGiven
from cli.exit_codes import ExitCode
from cli.output import Output
from cli.running import AsJson, Patience, Ref, json_keys, reference_from, run
from cli.session import Session
from cli.times import clock
from cli.trouble import Trouble, wrong_usage
from config.link_keys import links_of
from config.links import Links
from config.public_url import public_url
from pathway.anchors import appointment_end
from pathway.facts import Step
from pathway.journey import Treatment
from pathway.model import PathwayReference
from pathway.roles import CLINICIANS, Role
from records import details
from records.link_handing import hand_out
from records.link_making import about_session, recommendation_after
from records.links import TREATING_THERAPIST, Link, LinkKind

app = typer.Typer(
    name="link",
    no_args_is_help=True,
    help="Links for people who do not sign in, to be handed to them.",
)


@app.callback()
def _link() -> None:
    """Links for people who do not sign in, to be handed to them."""


@app.command(epilog=json_keys(LinkGiven))
def therapist(
    ref: Ref,
    treatment: Annotated[int, typer.Option(min=1, help="Whose session it is.")],
    recommendation: Annotated[
        bool, typer.Option("--recommendation", help="For the recommendation after it.")
    ] = False,
    by: By = None,
    role: InRole = None,
    patience: Patience = 10.0,
    as_json: AsJson = False,
) -> None:
    """Make the link by which the treating therapist says whether the session was held.

    It takes one answer, in the therapist's name: hand it to nobody else. Who made it is noted.
    """

    async def work(session: Session, output: Output) -> ExitCode:
        who, acts_as = acting(session, by, role)
        _may_hand_out(who, acts_as)
        signed = _signed(session)
        reference = reference_from(ref)
        found = await _treatment(session, reference, treatment)
        link = await _link_about(session, reference, found)
        if recommendation:
            link = recommendation_after(link)
        _require_open(found, link)
        if not await hand_out(session.records, link, by=who, role=acts_as, at=session.now):
            raise _refused(
                "already_answered", "This link has been answered; it takes one answer only."
            )
        document = LinkGiven(
            reference=reference,
            asks=link.kind,
            whom=link.whom,
            url=signed.url(link.id),
            expires_at=link.expires_at,
        )
        until = f"For {link.whom} alone, once, until {clock(link.expires_at, session.zone)}."
        output.show(document, Text(document.url, no_wrap=True), Text(until))
        return ExitCode.OK

    run(work, as_json=as_json, patience=patience)


def _may_hand_out(who: str, role: Role) -> None:
    if role not in CLINICIANS | {Role.COORDINATOR}:
        raise wrong_usage(f"{who} acts as {role}: a clinician or a coordinator hands links out.")


def _signed(session: Session) -> Links:
    # As `make run` tells its own processes.
    reached = session.settings.model_copy(update={"public_url": public_url(session.settings)})
    signed = links_of(reached, session.clinic)
    if signed is None:
        raise wrong_usage("No link can be made: WAYMARK_PUBLIC_URL is not set.")
    return signed


async def _treatment(session: Session, reference: PathwayReference, number: int) -> Treatment:
    seen = await asking.overview(session, reference)
    found = next((each for each in seen.treatments if each.number == number), None)
    if found is None:
        raise wrong_usage(f"--treatment: {reference} has no treatment of this number.")
    return found


async def _link_about(session: Session, reference: PathwayReference, treatment: Treatment) -> Link:
    step = Step.PSYCHOTHERAPY
    booked = treatment.appointment(step)
    ends = appointment_end(treatment, step) or treatment.infusion_ended_at
    if ends is None:
        raise _refused("out_of_order", "No session is booked, and none can have been held yet.")
    written = (await details.get(session.records, reference)).treating_therapist
    known = session.clinic.staff(written) if written else None
    return about_session(
        reference,
        treatment.number,
        booked.revision if booked else None,
        ends=ends,
        whom=known.id if known else TREATING_THERAPIST,
        now=session.now,
    )


def _require_open(treatment: Treatment, link: Link) -> None:
    if link.kind is LinkKind.SESSION and treatment.psychotherapy is not None:
        raise _refused(
            "already_recorded",
            "The session is recorded already; --recommendation asks what the therapist recommends.",
        )


def _refused(code: str, sentence: str) -> Trouble:
    return Trouble(ExitCode.REFUSED, code, sentence)
