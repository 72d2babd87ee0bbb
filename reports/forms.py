"""On which part of the data is a study to be run? Centres, a period, and whose patients they are."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from registry.dictionary.values import BadValue, PartialDate
from registry.forms.dates import in_words, iso_of
from registry.models.user import User
from registry.queries import centres_for, sees_invented
from reports.models import Run
from reports.results import Period

BY_THE_DATA, PAPERS, OTHERS = "", "yes", "no"
JUDGED = {BY_THE_DATA: None, PAPERS: True, OTHERS: False}
WHOSE = [
    (PAPERS, gettext_lazy("These are the patients of the paper")),
    (OTHERS, gettext_lazy("These are other patients")),
]
WHOSE_INVENTED = [
    (
        BY_THE_DATA,
        gettext_lazy(
            "The paper's, if the centres are all those of its synthetic cohort, and no other"
        ),
    ),
    *WHOSE,
]


class DayField(forms.CharField):
    """A date as people type it; a month or a year stands for its first day, or for its last."""

    def __init__(self, *, last: bool, label: str) -> None:
        self.last = last
        writing = forms.TextInput({"class": "date", "autocomplete": "off"})
        super().__init__(label=label, required=False, max_length=20, widget=writing)

    def clean(self, value: Any) -> str | None:
        """The day in ISO 8601, None for nothing."""
        typed = super().clean(value)
        if not typed:
            return None
        try:
            known = PartialDate.parse(iso_of(typed))
        except BadValue as fault:
            raise ValidationError(str(fault)) from None
        return (known.last if self.last else known.first).isoformat()


class RunForm(forms.Form):
    """The part of the data that a run takes; left as it opens, all that the asker may see."""

    centres = forms.MultipleChoiceField(
        required=False, label=gettext_lazy("Centres"), widget=forms.CheckboxSelectMultiple
    )
    first = DayField(last=False, label=gettext_lazy("Transplants from"))
    last = DayField(last=True, label=gettext_lazy("to"))
    whose = forms.ChoiceField(
        required=False, label=gettext_lazy("Whose patients are these?"), widget=forms.RadioSelect
    )

    def __init__(self, asker: User, data: Any = None) -> None:
        super().__init__(data, auto_id="run_%s")
        self.seen = list(centres_for(asker))
        choices = WHOSE_INVENTED if sees_invented(asker) else WHOSE
        self._offer("centres", [(one.code, f"{one.code} {one.name}".strip()) for one in self.seen])
        self._offer("whose", choices)
        self.initial["whose"] = BY_THE_DATA if sees_invented(asker) else OTHERS

    def _offer(self, name: str, choices: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        """Also `period`, None when both its ends are open."""
        cleaned = self.cleaned_data
        ends = cleaned.get("first"), cleaned.get("last")
        cleaned["period"] = None
        if any(ends):
            try:
                cleaned["period"] = Period(*ends)
            except ValueError:
                self.add_error("last", _("The period ends before it begins."))
        return cleaned

    @property
    def part(self) -> dict[str, Any]:
        """What `request_run` is to be told of a valid form."""
        return {
            "centres": sorted(self.cleaned_data["centres"]) or None,
            "period": self.cleaned_data["period"],
            "judged": JUDGED[self.cleaned_data["whose"]],
        }


def part_in_words(run: Run) -> str:
    """ "3 centres, 2005–2009": on what a run is, or was, computed."""
    n = len(run.centres)
    told = ngettext("%(n)s centre", "%(n)s centres", n) % {"n": n}
    return f"{told}, {_period(run)}" if run.period else told


def _period(run: Run) -> str:
    first, last = run.period_from, run.period_to
    start, end = in_words(first), in_words(last)
    if first and (first.month, first.day) == (1, 1):
        start = str(first.year)
    if last and (last.month, last.day) == (12, 31):
        end = str(last.year)
    if not last:
        return _("since %(start)s") % {"start": start}
    if not first:
        return _("until %(end)s") % {"end": end}
    # Two whole years, or one of them, need no days; otherwise both ends tell theirs.
    if start.isdigit() and end.isdigit():
        return start if start == end else f"{start}–{end}"
    return f"{in_words(first)} – {in_words(last)}"
