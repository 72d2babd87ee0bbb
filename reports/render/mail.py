"""How does a report become an e-mail? A text part, an HTML part with one picture, the PDF beside.

The message holds counts and curves, never a patient's line. Its Message-ID is given from outside,
so that a mail that is sent again is seen to be the same mail.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.mime.base import MIMEBase
from email.mime.image import MIMEImage

import css_inline
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import SafeMIMEMultipart
from django.template import Context
from django.utils.encoding import iri_to_uri

from reports.render import figures
from reports.render.document import Document, day_in_words, document_of
from reports.render.html import engine
from reports.render.words import SYNTHETIC
from reports.results import Figure, Results

PICTURE_DPI = 180


@dataclass(frozen=True)
class Notice:
    """What the mail says in words: a heading, one sentence, a small table.

    columns : headers of the cells. rows : (label, cells), a cell for each column.
    """

    heading: str
    sentence: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Links:
    """Full addresses of the three links."""

    report: str
    settings: str
    unsubscribe: str


@dataclass(frozen=True)
class Mail:
    """The pieces of one message; `message` puts them together for one reader."""

    subject: str
    text: str
    html: str
    message_id: str
    picture: bytes | None = None
    cid: str = ""
    pdf: bytes | None = None
    pdf_name: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def message(self, *, to: str, sender: str) -> EmailMultiAlternatives:
        """The message for Django's mail back ends."""
        email = ReportEmail(
            subject=self.subject,
            body=self.text,
            from_email=sender,
            to=[to],
            headers={"Message-ID": self.message_id, **self.headers},
        )
        email.attach_alternative(self.html, "text/html")
        email.picture, email.cid = self.picture, self.cid
        if self.pdf is not None:
            email.attach(self.pdf_name, self.pdf, "application/pdf")
        return email


class ReportEmail(EmailMultiAlternatives):
    """mixed( related( alternative(text, html), picture ), PDF ): read alike by every mail program.

    Django itself would put the picture beside the PDF, where some programs list it as a file.
    """

    picture: bytes | None = None
    cid: str = ""

    def _create_alternatives(self, msg: MIMEBase) -> MIMEBase:
        both = super()._create_alternatives(msg)
        if self.picture is None:
            return both
        related = SafeMIMEMultipart(_subtype="related", encoding=self.encoding)
        related.attach(both)
        image = MIMEImage(self.picture, "png")
        image.add_header("Content-ID", f"<{self.cid}>")
        image.add_header("Content-Disposition", "inline", filename="figure.png")
        related.attach(image)
        return related


def notice_of(results: Results, *, heading: str, looked_on: str = "") -> Notice:
    """The notice of a study's report: the patients at each step and how the numbers compare.

    looked_on : ISO date of the run; when the cut is older, the data have not changed since.
    """
    doc = document_of(results)
    rows = tuple(
        (f"Excluded: {step.label}" if step.excluded else step.label, (step.n, step.percent))
        for step in doc.flow
    )
    nobody = doc.warnings if results.flow and results.flow[-1].n == 0 else ()
    parts = (f"{doc.title}.", _cut(results, doc, looked_on), *nobody, doc.comparison)
    sentence = " ".join(part for part in parts if part)
    return Notice(heading, sentence, ("Patients", "Of the step before"), rows)


def report_mail(
    results: Results,
    *,
    place: str,
    notice: Notice,
    links: Links,
    message_id: str,
    figure: Figure | None = None,
    pdf: bytes | None = None,
) -> Mail:
    """The mail of one report: the same input gives the same pieces.

    place : the line on top, "Engraft · Centre 514". message_id : with its angle brackets.
    figure : the curves shown; none, when the mail shall have no picture.
    pdf : the report as it was kept, to be attached.
    """
    cid = f"figure.{message_id.strip('<>')}" if figure else ""
    content = {
        "place": place,
        "synthetic": SYNTHETIC if results.synthetic else "",
        "has_pdf": pdf is not None,
        **_said(notice, links),
        **_picture(figure, cid),
    }
    return Mail(
        subject=" ".join(f"{place}: {notice.heading}".split()),
        text=_set("reports/mail.txt", content).strip() + "\n",
        html=_inlined(_set("reports/mail.html", content)),
        message_id=message_id,
        picture=figures.png(figure, PICTURE_DPI, synthetic=results.synthetic) if figure else None,
        cid=cid,
        pdf=pdf,
        pdf_name=f"{results.study}-{results.provenance.cut_date}.pdf",
        headers=_headers(links),
    )


def _said(notice: Notice, links: Links) -> dict[str, object]:
    return {
        "notice": notice,
        "links": Links(*map(iri_to_uri, (links.report, links.settings, links.unsubscribe))),
        "table": _text_table(notice),
    }


def _headers(links: Links) -> dict[str, str]:
    return {
        "Auto-Submitted": "auto-generated",
        "List-Unsubscribe": f"<{iri_to_uri(links.unsubscribe)}>",
    }


def _inlined(page: str) -> str:
    """Mail programs ignore style sheets."""
    return css_inline.inline(page, keep_at_rules=True, load_remote_stylesheets=False)


def _set(template: str, content: dict[str, object]) -> str:
    context = Context(content, use_l10n=False, use_tz=False)
    return str(engine().get_template(template).render(context))


def _picture(figure: Figure | None, cid: str) -> dict[str, str]:
    """What the templates say of the picture: nothing, when there is none."""
    if figure is None:
        return {"cid": "", "alt": "", "caption": ""}
    return {
        "cid": cid,
        "alt": " ".join((figure.title + ".", figure.test or "")).strip(),
        "caption": f"{figure.label}. {figure.title}. {figure.caption}",
    }


def _cut(results: Results, doc: Document, looked_on: str) -> str:
    older = bool(looked_on) and looked_on > results.provenance.cut_date
    unchanged = f", the data unchanged on {day_in_words(looked_on)}" if older else ""
    patients = f", {doc.patients}" if doc.patients else ""
    return f"Data cut {doc.cut}{unchanged}{patients}."


def _text_table(notice: Notice) -> str:
    """The small table in characters of equal width."""
    lines = [("", notice.columns), *notice.rows]
    label = max(len(name) for name, _ in lines)
    wide = [max(len(cells[i]) for _, cells in lines) for i in range(len(notice.columns))]
    return "\n".join(
        "  ".join(
            [name.ljust(label), *(c.rjust(w) for c, w in zip(cells, wide, strict=True))]
        ).rstrip()
        for name, cells in lines
    )
