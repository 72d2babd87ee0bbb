"""Who could be in a registry, and how is one written wrong? Invented identities, always the same ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

Identity = dict[str, str]

GIRLS = [
    "Ada",
    "Elif",
    "Zeynep",
    "Ayşe",
    "Fatma",
    "Emma",
    "Chloé",
    "Manon",
    "Léa",
    "Camille",
    "Inès",
    "Sarah",
    "Anna",
    "Lena",
    "Mia",
    "Marie",
    "Sofia",
    "Giulia",
    "Chiara",
    "María",
    "Lucía",
    "Zofia",
    "Ola",
    "Astrid",
    "Freja",
    "İpek",
    "Ümmügülsüm",
    "Şevval",
    "Anne-Sophie",
    "Noémie",
    "Élodie",
    "Jeanne",
    "Louise",
    "Rose",
    "Alba",
    "Carmen",
    "Irene",
    "Nora",
    "Ingrid",
    "Sigrid",
    "Hanna",
    "Greta",
    "Klara",
    "Paula",
    "Ronja",
]
BOYS = [
    "Emre",
    "İlker",
    "Can",
    "Deniz",
    "Mehmet",
    "Ali",
    "Hasan",
    "Hugo",
    "Louis",
    "Lucas",
    "Jules",
    "Paul",
    "Nathan",
    "Jonas",
    "Felix",
    "Noah",
    "Lukas",
    "Finn",
    "Marco",
    "Luca",
    "Pedro",
    "José",
    "Jan",
    "Piotr",
    "Łukasz",
    "Björn",
    "Søren",
    "Işık",
    "Çağrı",
    "Oğuz",
    "Jean-Pierre",
    "Gaël",
    "Théo",
    "Raphaël",
    "Maël",
    "Anton",
    "Emil",
    "Oskar",
    "Karl",
    "Sven",
    "Nils",
    "Pablo",
    "Diego",
    "Mateusz",
    "Kacper",
    "Tomasz",
]
FIRST = [
    "Ak",
    "Al",
    "Ar",
    "Bay",
    "Ber",
    "Boz",
    "Bra",
    "Cas",
    "Che",
    "Dal",
    "Dem",
    "Dor",
    "Du",
    "El",
    "Er",
    "Fer",
    "Fon",
    "Gar",
    "Ger",
    "Gon",
    "Gül",
    "Hal",
    "Han",
    "Hof",
    "Il",
    "Jan",
    "Kar",
    "Kay",
    "Klei",
    "Kor",
    "Kra",
    "La",
    "Le",
    "Lin",
    "Lo",
    "Mar",
    "Mo",
    "Mül",
    "Ne",
    "No",
    "Ol",
    "Öz",
    "Pa",
    "Per",
    "Po",
    "Ri",
    "Ro",
    "Ros",
    "Sal",
    "San",
    "Sche",
    "Schnei",
    "Sön",
    "Ste",
    "Şa",
    "Ta",
    "Tor",
    "Tü",
    "Va",
    "Vil",
    "Wag",
    "We",
    "Wei",
    "Yıl",
    "Za",
]
SECOND = [
    "bert",
    "can",
    "da",
    "der",
    "di",
    "don",
    "dor",
    "gen",
    "ger",
    "go",
    "han",
    "hin",
    "ka",
    "kan",
    "kin",
    "lan",
    "le",
    "li",
    "ler",
    "lo",
    "man",
    "mer",
    "met",
    "min",
    "mir",
    "na",
    "ne",
    "ni",
    "nar",
    "ra",
    "re",
    "ri",
    "ro",
    "ros",
    "sa",
    "san",
    "sel",
    "sen",
    "son",
    "ta",
    "tan",
    "te",
    "tin",
    "to",
    "van",
    "ver",
    "vi",
    "zel",
    "zi",
]
LAST = ("", "", "", "ci", "dez", "e", "er", "ez", "i", "in", "lı", "mann", "oğlu", "ot", "s", "ski")
CHILDREN = date(2003, 1, 1)


def invented(dice: Random) -> tuple[Identity, str]:
    """A child born in 2003 to 2022, with names and initials; and the sex."""
    sex = dice.choice("FM")
    born = CHILDREN + timedelta(days=dice.randrange(20 * 365))
    given = dice.choice(GIRLS if sex == "F" else BOYS)
    family = dice.choice(FIRST) + dice.choice(SECOND) + dice.choice(LAST)
    return {
        "birth_date": born.isoformat(),
        "initials": given[0] + family[0],
        "given_name": given,
        "family_name": family,
    }, sex


def wrong_letter(one: Identity, dice: Random) -> Identity:
    """One letter of one name is another letter."""
    name = dice.choice(["given_name", "family_name"])
    text = one[name]
    at = dice.randrange(1, len(text))
    return one | {name: text[:at] + dice.choice("bdfgkptvz") + text[at + 1 :]}


def other_keyboard(one: Identity, dice: Random) -> Identity:
    """The names without any mark, in capitals: as a hospital's old system prints them."""
    plain = str.maketrans("İıŞşĞğÇçÖöÜüéèëïíøłŁÉ", "IiSsGgCcOoUueeeiiolLE")
    return one | {name: one[name].translate(plain).upper() for name in one if name != "birth_date"}


def swapped_names(one: Identity, dice: Random) -> Identity:
    """The given name stands in the place of the family name."""
    return one | {
        "given_name": one["family_name"],
        "family_name": one["given_name"],
        "initials": one["initials"][::-1],
    }


def swapped_day(one: Identity, dice: Random) -> Identity:
    """Day and month exchanged; the same where that is no day."""
    year, month, day = one["birth_date"].split("-")
    return one | ({"birth_date": f"{year}-{day}-{month}"} if int(day) <= 12 else {})


def wrong_digit(one: Identity, dice: Random) -> Identity:
    """One digit of the birth date is another one, and it is still a day."""
    text = one["birth_date"]
    while True:
        at = dice.choice([3, 5, 6, 8, 9])
        changed = text[:at] + dice.choice("0123456789") + text[at + 1 :]
        try:
            date.fromisoformat(changed)
        except ValueError:
            continue
        if changed != text:
            return one | {"birth_date": changed}


def no_day(one: Identity, dice: Random) -> Identity:
    """Only the month of birth is known."""
    return one | {"birth_date": one["birth_date"][:7]}


def no_names(one: Identity, dice: Random) -> Identity:
    """A centre that may keep initials only."""
    return {name: one[name] for name in ("birth_date", "initials")}


ERRORS: dict[str, Callable[[Identity, Random], Identity]] = {
    "nothing wrong": lambda one, _: one,
    "one wrong letter": wrong_letter,
    "another keyboard": other_keyboard,
    "names exchanged": swapped_names,
    "day and month exchanged": swapped_day,
    "one wrong digit": wrong_digit,
    "no day of birth": no_day,
    "initials only": no_names,
    "initials only, day and month exchanged": lambda one, dice: swapped_day(
        no_names(one, dice), dice
    ),
    "initials only, one wrong digit": lambda one, dice: wrong_digit(no_names(one, dice), dice),
}
"""What goes wrong when a child is written down a second time."""
