"""Which words in a centre's tables mean which permitted answer? Told once by a person, for all rows."""

from django.db import models
from django.db.models import Q

from registry.dictionary.values import KEY_LENGTH, LONGEST_QUOTE


class ImportWord(models.Model):
    """A word that none of the permitted answers of an item is called, and the answer that it means here.

    Of items with a list only; what is typed there (a name, a day, a number, free text) is never kept.
    target : the item, as `ImportFile.columns` names it. means : the answer, as the API writes it. An answer
    that the dictionary has no more is as if it were never told. file : the table at which it was told.
    """

    centre = models.ForeignKey("registry.Centre", on_delete=models.CASCADE, related_name="+")
    target = models.CharField(max_length=2 * KEY_LENGTH)
    word = models.CharField(max_length=LONGEST_QUOTE, help_text="In small letters")
    means = models.JSONField()
    by = models.ForeignKey("registry.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    file = models.ForeignKey(
        "registry.ImportFile", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "target", "word"], name="word_of_centre"),
            models.CheckConstraint(name="word_is_a_word", condition=~Q(word="")),
        ]
