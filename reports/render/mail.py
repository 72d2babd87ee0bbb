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

from reports.numbers import count
from reports.render import figures
from reports.render.document import Document, document_of
from reports.render.html import engine
from reports.results import Figure, Results, Verdict

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


def notice_of(results: Results, *, heading: str) -> Notice:
    """The notice of a study's report: the patients at each step and how the numbers compare."""
    doc = document_of(results)
    rows = tuple(
        (f"Excluded: {step.label}" if step.excluded else step.label, (step.n, step.percent))
        for step in doc.flow
    )
    sentence = " ".join(
        part for part in (f"{doc.title}.", _cut(doc), _compared(results.verdicts)) if part
    )
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
    """The mail of one report: the same results, words and Message-ID give the same pieces.

    place : the line on top, "Engraft · Centre 514". message_id : with its angle brackets.
    figure : the curves shown; none, when the mail shall have no picture.
    pdf : the report as it was kept, to be attached.
    """
    cid = f"figure.{message_id.strip('<>')}" if figure else ""
    synthetic = document_of(results).synthetic
    content = {
        "place": place,
        "notice": notice,
        "links": Links(*map(iri_to_uri, (links.report, links.settings, links.unsubscribe))),
        "synthetic": synthetic,
        "has_pdf": pdf is not None,
        "cid": cid,
        "alt": " ".join((figure.title + ".", figure.test or "")).strip() if figure else "",
        "caption": f"{figure.label}. {figure.title}. {figure.caption}" if figure else "",
        "table": _text_table(notice),
    }
    context = Context(content, use_l10n=False, use_tz=False)
    page = str(engine().get_template("reports/mail.html").render(context))
    return Mail(
        subject=" ".join(f"{place}: {notice.heading}".split()),
        text=str(engine().get_template("reports/mail.txt").render(context)).strip() + "\n",
        html=css_inline.inline(page, keep_at_rules=True, load_remote_stylesheets=False),
        message_id=message_id,
        picture=figures.png(figure, PICTURE_DPI, synthetic=bool(synthetic)) if figure else None,
        cid=cid,
        pdf=pdf,
        pdf_name=f"{results.study}-{results.provenance.cut_date}.pdf",
        headers={
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{iri_to_uri(links.unsubscribe)}>",
        },
    )


def _cut(doc: Document) -> str:
    patients = f", {doc.patients}" if doc.patients else ""
    return f"Data cut {doc.cut}{patients}."


def _compared(verdicts: Mapping[str, int]) -> str:
    """ "486 of 493 printed numbers are the same or the same after rounding." """
    same = sum(verdicts.get(v.value, 0) for v in (Verdict.SAME, Verdict.SAME_AFTER_ROUNDING))
    printed = sum(verdicts.values()) - verdicts.get(Verdict.NOT_PRINTED.value, 0)
    if printed == 0:
        return ""
    return f"{count(same)} of {count(printed)} printed numbers are the same, if need be after rounding."


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
