"""How does a page say on which part of the data a run is computed?"""

from django import template

from reports.forms import part_in_words
from reports.models import Run

register = template.Library()


@register.filter
def part(run: Run) -> str:
    """ "3 centres, 2005–2009" """
    return part_in_words(run)
