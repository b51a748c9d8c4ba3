"""`waymark decision`: everything a prescriber reads before she decides, in her order."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from cli import asking
from cli.acting import By, InRole, reads_as
from cli.decision_picture import decision_pictures
from cli.documents import DecisionShown
from cli.exit_codes import ExitCode
from cli.output import Output
from cli.render import row, table, when
from cli.restricted import reading_as
from cli.running import AsJson, Patience, Ref, reference_from, run
from cli.session import Session
from pathway.decision_page import DecisionPage
from pathway.seen import seen_by, withheld_from


def decision(
    ref: Ref,
    by: By = None,
    role: InRole = None,
    patience: Patience = 10.0,
    as_json: AsJson = False,
) -> None:
    """Show the decision page: the course so far, advice with its reasons, all options alike.

    Clinicians see all of it; anybody else by when it is due, what waits on it, and the dates.
    """

    async def work(session: Session, output: Output) -> ExitCode:
        reference = reference_from(ref)
        reader = await reading_as(session, reference, reads_as(session, by, role))
        page = seen_by(await asking.decision_page(session, reference), reader)
        shown = DecisionShown(
            reference=reference,
            clinic_zone=session.zone,
            page=page,
            withheld=withheld_from(DecisionPage, reader),
            demonstration=page.demonstration,
        )
        output.show(shown, *(_outline(shown) if shown.withheld else decision_pictures(shown)))
        return ExitCode.OK

    run(work, as_json=as_json, patience=patience)


def _outline(shown: DecisionShown) -> Iterator[RenderableType]:
    """The dates, for whoever books and reads nothing clinical."""
    page, zone = shown.page, shown.clinic_zone
    by = when(page.decide_by, zone) or "no time is set yet"
    yield Text(f"{shown.reference}  Decide by {by}. {'; '.join(page.waiting)}.", style="bold")
    if page.pending:
        yield Text("A decision stands and waits for its second signature.", style="yellow")
    picture = table("Decisions", "choice", "second signature", "next visit")
    for each in page.form:
        open_end = "as it says" if each.choice.goes_on else "the course ends"
        second = "yes" if each.second_signature else "no"
        row(picture, each.choice, second, when(each.next_at, zone) or open_end)
    yield picture
    yield Text("All else is for clinicians to read: say who you are, --by or --role.", style="dim")
