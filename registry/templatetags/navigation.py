"""What does the top bar show? The entries, the present page, and whether patients are invented."""

from django import template
from django.contrib.auth.base_user import AbstractBaseUser
from django.template import Context
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from registry import permissions, queries

register = template.Library()


@register.filter
def sees_invented(user: AbstractBaseUser) -> bool:
    """True when the page may show patients that do not exist."""
    return queries.sees_invented(user)


@register.filter
def may_export(user: AbstractBaseUser) -> bool:
    """True for those who may take the records of a centre out."""
    return permissions.may_export(user)


@register.simple_tag(takes_context=True)
def nav_item(context: Context, words: str, address: str) -> SafeString:
    """A link of the top bar, marked while the page is below its address; nothing if there is none."""
    try:
        url = reverse(address)
    except NoReverseMatch:
        return SafeString("")
    path = context["request"].path if "request" in context else ""
    here = path == url or (url != "/" and path.startswith(url))
    current = SafeString(' aria-current="page"' if here else "")
    return format_html('<a href="{}"{}>{}</a>', url, current, words)
