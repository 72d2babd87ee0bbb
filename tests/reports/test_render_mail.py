"""Is the report's e-mail sound? Text, HTML, one picture by CID, links, no line of a patient."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser

from reports.render.mail import Links, Mail, Notice, notice_of, report_mail
from reports.results import Results
from tests.reports import sample_results as sample

LINKS = Links(
    "https://registry.example/reports/7",
    "https://registry.example/subscriptions/3",
    "https://registry.example/unsubscribe?token=ab&x=1",
)
PDF = b"%PDF-1.7 as it was kept"
MESSAGE_ID = "<run-7.reader-3@registry.example>"


def mail_of(results: Results, **changes: object) -> Mail:
    content: dict[str, object] = {
        "place": "Engraft · Centre 514",
        "notice": notice_of(results, heading="Report of November 2026"),
        "links": LINKS,
        "message_id": MESSAGE_ID,
        "figure": results.figures[-1],
        "pdf": PDF,
    }
    return report_mail(results, **{**content, **changes})  # type: ignore[arg-type]


def sent(mail: Mail) -> EmailMessage:
    """The message as a mail program reads it from the wire."""
    made = mail.message(to="reader@centre.example", sender="registry@registry.example")
    found = message_from_bytes(made.message().as_bytes(), policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def tags_of(page: str) -> list[str]:
    """Every tag as a browser's reader opens it; an attribute's text is no tag."""
    opened: list[str] = []
    reader = HTMLParser()
    reader.handle_starttag = lambda tag, attrs: opened.append(tag)  # type: ignore[method-assign]
    reader.feed(page)
    return opened


def test_the_parts_nest_as_mail_programs_expect() -> None:
    message = sent(mail_of(sample.results()))
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "multipart/related",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "image/png",
        "application/pdf",
    ]
    assert message["Message-ID"] == MESSAGE_ID
    assert message["To"] == "reader@centre.example"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] == f"<{LINKS.unsubscribe}>"


def test_the_picture_is_found_by_its_cid() -> None:
    mail = mail_of(sample.results())
    message = sent(mail)
    image = next(p for p in message.walk() if p.get_content_type() == "image/png")
    assert image["Content-ID"] == f"<{mail.cid}>"
    assert f'src="cid:{mail.cid}"' in mail.html
    assert image.get_content() == mail.picture
    assert image.get_content_disposition() == "inline"


def test_the_pdf_is_attached_under_the_name_of_study_and_cut() -> None:
    message = sent(mail_of(sample.results()))
    attached = next(message.iter_attachments())
    files = [p for p in message.walk() if p.get_content_type() == "application/pdf"]
    assert attached is not None and len(files) == 1
    assert files[0].get_filename() == "roux2017-2014-12-31.pdf"
    assert files[0].get_content() == PDF


def test_without_picture_and_pdf_it_is_text_and_html() -> None:
    mail = mail_of(sample.results(), figure=None, pdf=None)
    kinds = [part.get_content_type() for part in sent(mail).walk()]
    assert kinds == ["multipart/alternative", "text/plain", "text/html"]
    assert "attached" not in mail.text and "cid:" not in mail.html


def test_the_text_part_says_all_the_html_part_says() -> None:
    mail = mail_of(sample.results())
    for piece in ("Report of November 2026", "288 of 1307 patients", "Synthetic data", "25.6%"):
        assert piece in mail.text and piece in mail.html
    for link in (LINKS.report, LINKS.settings, LINKS.unsubscribe):
        assert link in mail.text and link.replace("&", "&amp;") in mail.html
    assert "First transplant for acute leukaemia      1307\n" in mail.text
    assert "[no such value]" not in mail.text + mail.html


def test_the_mail_says_since_when_the_data_are_unchanged() -> None:
    results = sample.results()
    for day, told in (("2015-02-01", "Data cut 31 Dec 2014, the data unchanged on 1 Feb 2015, "),
                      ("2014-12-31", "Data cut 31 Dec 2014, 288 of 1307 patients.")):  # fmt: skip
        assert told in notice_of(results, heading="Report", looked_on=day).sentence


def test_mail_programs_that_ignore_style_sheets_show_it_alike() -> None:
    page = mail_of(sample.results()).html
    assert "@media" in page, "the rule for narrow screens is kept"
    assert 'class="button"' in page and "background: #1b4f72" in page.split('class="button"')[1]
    assert "script" not in tags_of(page)
    assert re.findall(r'src="(?!cid:)', page) == []


def test_hostile_texts_stay_letters() -> None:
    results = sample.hostile_results()
    mail = mail_of(results)
    tags = tags_of(mail.html)
    assert "script" not in tags and tags.count("img") == 1
    assert "&lt;script&gt;" in mail.html and "<script>alert(1)</script>" in mail.text
    assert "İıŞşĞğÇçÖöÜü ≥" in mail.text and "İıŞşĞğÇçÖöÜü ≥" in mail.html


def test_a_heading_cannot_add_a_header() -> None:
    heading = "November\r\nBcc: all@registry.example"
    notice = Notice(heading, "One sentence.", ("n",), (("Patients", ("4",)),))
    message = sent(mail_of(sample.results(), notice=notice))
    assert message["Bcc"] is None and "November Bcc:" in message["Subject"]


def test_an_own_notice_has_its_own_columns() -> None:
    notice = Notice(
        "Kasım 2026 raporu",
        "14 follow-ups are overdue.",
        ("My centre", "Network"),
        (("Patients", ("44", "1307")), ("Relapses", ("11 (25.0%)", "334 (25.6%)"))),
    )
    mail = mail_of(sample.results(), notice=notice)
    assert "Relapses  11 (25.0%)  334 (25.6%)" in mail.text
    assert mail.subject == "Engraft · Centre 514: Kasım 2026 raporu"


def test_the_same_input_gives_the_same_pieces() -> None:
    assert mail_of(sample.results()) == mail_of(sample.results())
