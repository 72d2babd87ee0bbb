"""Does the comorbidity index add up?"""

import pytest

from registry.dictionary.codes import HCT_CI, hct_ci_score


@pytest.mark.parametrize(
    "comorbidities, points",
    [
        ({"NONE"}, 0),
        ({"OBESITY"}, 1),
        ({"OBESITY", "RENAL"}, 3),
        ({"PRIOR_MALIGNANCY", "INFECTION", "RENAL"}, 6),
        (set(HCT_CI.values), 9 * 1 + 4 * 2 + 4 * 3),
    ],
)
def test_score_by_hand(comorbidities: set[str], points: int) -> None:
    assert hct_ci_score(frozenset(comorbidities)) == points
