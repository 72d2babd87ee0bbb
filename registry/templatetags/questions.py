"""How does a template tell of questions where it has nothing but their rows?"""

from __future__ import annotations

from datetime import date

from django import template
from django.utils import timezone

from registry.forms import asked
from registry.forms.dates import in_words
from registry.models import Patient, Question, User
from registry.queries import answered_for

register = template.Library()


@register.filter
def age(question: Question, today: date) -> asked.Age:
    """How long it waits: words, state and shape."""
    return asked.age_of(question, today)


@register.filter
def about(question: Question) -> str:
    """The kind of record and the answer concerned."""
    return asked.about_words(question)


@register.filter
def asker(question: Question) -> str:
    """Who asked, and when: "registry office, 12 Nov 2026"."""
    on = in_words(timezone.localdate(question.opened_at))
    return f"{asked.asker_words(question)}, {on}"


@register.filter
def answered_count(user: User) -> int:
    """How many answers wait for the side that asked."""
    return answered_for(user).count()


@register.filter
def open_queries(patient: Patient) -> int:
    """Questions of rules and of people that wait about a patient."""
    return patient.query_count + getattr(patient, "asked_count", 0)
