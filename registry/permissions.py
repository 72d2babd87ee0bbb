"""Who may do what?"""

from __future__ import annotations

from collections.abc import Collection

from django.core.exceptions import PermissionDenied

from registry.models import Question, Role, User

EDITORS = (Role.DATA_MANAGER, Role.SERVICE)
STAFF = (Role.OFFICE, Role.STATISTICIAN)


def may_edit(user: User, centre_id: int) -> bool:
    """Enter and change records of that centre."""
    return user.is_active and user.role in EDITORS and user.centre_id == centre_id


def may_see_identity(user: User, centre_id: int) -> bool:
    """Learn who a patient of that centre is: those who enter the patients of their own centre."""
    return may_edit(user, centre_id)


def may_submit(user: User) -> bool:
    """Send batches of cases for the own centre."""
    return user.is_active and user.role in EDITORS and user.centre_id is not None


def side_of(user: User) -> str:
    """On which side of a question the person stands."""
    return Question.Side.CENTRE if user.centre_id else Question.Side.OFFICE


def may_ask(user: User, centre_id: int) -> bool:
    """Ask and answer questions about patients of that centre: its data managers, and the office."""
    return may_edit(user, centre_id) or (user.is_active and user.role == Role.OFFICE)


def may_close(user: User, question: Question) -> bool:
    """Close a question: the side that asked it. A rule's question closes itself."""
    asked_by_mine = question.rule is None and side_of(user) != question.asked_of
    return may_ask(user, question.centre_id) and asked_by_mine


def may_merge(user: User, centre_id: int) -> bool:
    """Say of two patients of that centre that they are one person, and take it back."""
    return may_edit(user, centre_id) and user.role == Role.DATA_MANAGER


def may_sign(user: User, centre_id: int) -> bool:
    """Say that a record of that centre is finished. A person's word: no service account gives it."""
    return may_edit(user, centre_id) and user.role == Role.DATA_MANAGER


def may_open_again(user: User) -> bool:
    """Open a signed record again, of any centre."""
    return user.is_active and user.role == Role.OFFICE


def may_decide_links(user: User) -> bool:
    """Say of patients of two centres whether they are one person. Learns no identity by that."""
    return user.is_active and user.role == Role.OFFICE


def may_run_studies(user: User) -> bool:
    """Run a study on the records the user may see."""
    return user.is_active and user.role != Role.SERVICE


def may_take_out_rows(user: User, centre_ids: Collection[int]) -> bool:
    """Take patients' rows of those centres out of the registry.

    The registry's own staff, and who enters the records of the only centre in it. A reader reads
    reports; a service account sends, and is a secret that lies in another system.
    """
    own = user.role == Role.DATA_MANAGER and set(centre_ids) == {user.centre_id}
    return user.is_active and (user.role in STAFF or own)


def may_see_taken_out(user: User) -> bool:
    """See who took patients' rows out of the registry: the office answers for them."""
    return user.is_active and user.role == Role.OFFICE


def may_export(user: User) -> bool:
    """Take the records of the own centre out, or of any centre that the registry's staff choose."""
    return may_take_out_rows(user, [user.centre_id])


def require(allowed: bool, what: str) -> None:
    """Raise PermissionDenied unless allowed; `what` completes "You may not …"."""
    if not allowed:
        raise PermissionDenied(f"You may not {what}.")
