"""Patient, identity and consent: which records keep and which break their checks?"""

from tests.spec.tables import Example, patient


def _born_and_signed(birth_date: str, date_signed: str) -> dict[str, object]:
    return patient(
        identity={"birth_date": birth_date},
        consents=[{"type": "CORE", "status": "GIVEN", "date_signed": date_signed}],
    )


def _withdrawn(scope: str, transplant: str, **consent: object) -> dict[str, object]:
    return patient(
        consents=[
            {
                "type": "CORE",
                "status": "WITHDRAWN",
                "date_signed": "2010-01-01",
                "withdrawal_date": "2012-06-01",
                "withdrawal_scope": scope,
                **consent,
            }
        ],
        transplants=[{"number": 1, "date": transplant}],
    )


EXAMPLES = (
    Example(
        1,
        patient(identity={"birth_date": "2020-01-02"}),
        broken=True,
        why="born on the day after today",
        at="/identity/birth_date",
        severity="error",
    ),
    Example(1, patient(identity={"birth_date": "2020-01-01"}), broken=False, why="born today"),
    Example(
        1,
        patient(identity={"birth_date": "2020-01"}),
        broken=False,
        why="born this month, perhaps today",
    ),
    Example(
        1,
        _born_and_signed("2010-05-02", "2010-05-01"),
        broken=True,
        why="consent signed the day before birth",
        at="/consents/0/date_signed",
    ),
    Example(
        1,
        _born_and_signed("2010-05-02", "2010-05"),
        broken=True,
        why="consent signed in the month of birth, perhaps before it",
        severity="warning",
    ),
    Example(
        1,
        _born_and_signed("2010-05", "2010-05"),
        broken=False,
        why="birth and consent known to the same month",
    ),
    Example(
        1,
        patient(
            consents=[
                {
                    "status": "WITHDRAWN",
                    "date_signed": "2012-06-02",
                    "withdrawal_date": "2012-06-01",
                    "withdrawal_scope": "ERASE",
                }
            ]
        ),
        broken=True,
        why="consent withdrawn the day before it was signed",
        at="/consents/0/withdrawal_date",
    ),
    Example(
        70,
        _withdrawn("NO_NEW_DATA", "2012-06-02"),
        broken=True,
        why="transplant recorded for the day after the withdrawal",
        at="/transplants/0/date",
        severity="error",
    ),
    Example(
        70,
        _withdrawn("NO_NEW_DATA", "2012-06-01"),
        broken=False,
        why="transplant on the day of the withdrawal",
    ),
    Example(
        70,
        _withdrawn("NO_NEW_DATA", "2012-06-20", withdrawal_date="2012-06"),
        broken=False,
        why="withdrawn at some day of the same month",
    ),
    Example(
        70,
        _withdrawn("NO_FURTHER_USE", "2012-06-02"),
        broken=False,
        why="new data stay allowed, only their use is not",
    ),
    Example(
        70,
        patient(
            consents=[{"status": "WITHDRAWN", "withdrawal_scope": "ERASE"}],
        ),
        broken=True,
        why="withdrawn, and no date of it",
        at="/consents/0/withdrawal_date",
    ),
    Example(
        70,
        patient(
            consents=[{"status": "WITHDRAWN", "withdrawal_date": "2012-06-01"}],
        ),
        broken=True,
        why="withdrawn, and not said how far",
        at="/consents/0/withdrawal_scope",
    ),
    Example(
        70,
        patient(
            consents=[
                {
                    "status": "WITHDRAWN",
                    "withdrawal_date": {"missing": "UNK"},
                    "withdrawal_scope": "NO_FURTHER_USE",
                }
            ],
        ),
        broken=False,
        why="withdrawn on a day that nobody knows",
    ),
)
