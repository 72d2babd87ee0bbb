"""Is a pseudonym random, readable, and is a slip of the pen found?"""

import pytest

from registry.pseudonym import ALPHABET, LENGTH, check_character, new_pseudonym, verify


def test_check_character_by_hand() -> None:
    # ISO 7064 hybrid system, modulus 31,30. The state begins at 30; each sign is added modulo 30
    # (0 counts as 30) and the sum doubled modulo 31; the check character brings the last to 1.
    # "22222222" adds 0 eight times: 30 -> 29 -> 27 -> 23 -> 15 -> 30 -> 29 -> 27 -> 23.
    # Check: 23 + x = 1 modulo 30, x = 8, the ninth sign.
    assert check_character("22222222") == ALPHABET[8] == "A"
    # "3" adds 1: 31 -> 1 -> 2. Check: 2 + x = 1 modulo 30, x = 29, the last sign.
    assert check_character("3") == ALPHABET[29] == "Z"


def test_every_new_pseudonym_is_valid_and_they_differ() -> None:
    drawn = {new_pseudonym() for _ in range(2000)}
    assert len(drawn) == 2000
    assert all(verify(one) for one in drawn)


def test_every_wrong_sign_is_found() -> None:
    right = "H7K2M9XQ" + check_character("H7K2M9XQ")
    for place in range(LENGTH):
        for sign in ALPHABET:
            wrong = right[:place] + sign + right[place + 1 :]
            assert verify(wrong) == (wrong == right)


def test_nearly_every_exchange_of_neighbours_is_found() -> None:
    missed = changed = 0
    for _ in range(1000):
        right = new_pseudonym()
        for place in range(LENGTH - 1):
            wrong = right[:place] + right[place + 1] + right[place] + right[place + 2 :]
            changed += wrong != right
            missed += wrong != right and verify(wrong)
    assert missed / changed < 0.01


@pytest.mark.parametrize(
    "text", ["", "H7K2M9XQ", "h7k2m9xqa", "H7K2M9XQ0", "O7K2M9XQA", "H7K2M9XQAA"]
)
def test_what_is_no_pseudonym(text: str) -> None:
    assert not verify(text)
