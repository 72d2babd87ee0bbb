"""Are the incidences of competing events right by hand, against R, and at the edges?"""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx

from outcomes.competing_risks import cumulative_incidence, cumulative_incidence_by
from outcomes.cox import cox
from outcomes.kaplan_meier import kaplan_meier
from outcomes.sample import CompetingRisks, EmptySample, SampleError
from outcomes.terms import Factor
from tests.outcomes.competing_data import DATA, ebmt2

CAUSES = ("relapse", "death")


def risks_of(days, cause, **more):
    return CompetingRisks(days, cause, causes=CAUSES, **more)


def curve_of(found, state):
    return found.event_free if state == "(s0)" else found.of(state)


def test_incidence_by_hand():
    #                  relapse death left relapse death
    risks = risks_of([3, 5, 5, 8, 9], [0, 1, -1, 0, 1])
    found = cumulative_incidence(risks)
    relapse, death = found.of("relapse"), found.of("death")
    assert relapse.day.tolist() == [3, 5, 8, 9]
    assert relapse.at_risk.tolist() == [5, 4, 2, 1]
    assert (relapse.events, death.events, relapse.ended.tolist()) == (2, 2, [1, 0, 1, 0])
    # Free of both: 4/5, then 3/5, then 3/10, then 0.
    assert found.event_free.probability == approx([4 / 5, 3 / 5, 3 / 10, 0])
    assert relapse.probability == approx([1 / 5, 1 / 5, 1 / 5 + 3 / 5 / 2, 1 / 2])
    assert death.probability == approx([0, 4 / 5 / 4, 1 / 5, 1 / 5 + 3 / 10])
    assert (relapse.at(2.9), relapse.at(1000), found.event_free.at(0)) == (0, approx(0.5), 1)
    # Until the first censoring an incidence is a share: p(1 - p)/n.
    assert relapse.std_error_at(5) == approx(math.sqrt(1 / 5 * 4 / 5 / 5))
    assert relapse.std_error_at(2) == 0
    assert [relapse.at_risk_at(day) for day in (0, 5, 5.5, 9, 10)] == [5, 4, 2, 1, 0]
    assert relapse.last_day == 9


def test_the_influence_of_each_row_by_hand():
    """The jackknife is the sum over rows of squared (weight x slope in the weight)."""
    days, cause, entry = [3, 5, 5, 8, 9, 9, 12], [0, 1, -1, 0, 1, 0, -1], [-1, -1, 2, 4, 3, 6, -1]
    weight = np.array([1, 2, 0.5, 1.5, 1, 1, 3])

    def height(weights):
        found = cumulative_incidence(risks_of(days, cause, entry=entry, weight=weights))
        return np.column_stack([curve_of(found, state).probability for state in ("(s0)", *CAUSES)])

    variance = 0
    for row in range(len(days)):
        step = np.zeros(len(days))
        step[row] = 1e-6
        slope = (height(weight + step) - height(weight - step)) / 2e-6
        variance = variance + (weight[row] * slope) ** 2
    found = cumulative_incidence(risks_of(days, cause, entry=entry, weight=weight))
    for column, state in enumerate(("(s0)", *CAUSES)):
        wanted = np.sqrt(variance[:, column])
        assert curve_of(found, state).std_error == approx(wanted, rel=1e-6, abs=1e-9)


def test_aalen_variance_by_hand():
    """One relapse among 4, then one death among 3, then the next relapse among 2."""
    found = cumulative_incidence(risks_of([1, 2, 3, 4], [0, 1, 0, -1]), variance="aalen")
    # Each event of size (S/Y)^2 moves F by its own step and by (F so far - F now) / S after it.
    wanted = (1 / 4) ** 2 * (1 + (1 / 4 - 1 / 2) / (3 / 4)) ** 2
    wanted += (1 / 4) ** 2 * ((1 / 4 - 1 / 2) / (1 / 2)) ** 2
    wanted += (1 / 4) ** 2
    assert found.of("relapse").std_error_at(3) == approx(math.sqrt(wanted))
    assert found.of("relapse").variance == "aalen"
    greenwood = kaplan_meier(risks_of([1, 2, 3, 4], [0, 1, 0, -1]).any_cause())
    assert found.event_free.std_error_at(3) == approx(greenwood.std_error_at(3))


def test_estimates_and_limits_by_hand():
    relapse = cumulative_incidence(risks_of([3, 5, 8, 9], [0, 1, -1, -1])).of("relapse")
    z, error = 1.959963984540054, math.sqrt(1 / 4 * 3 / 4 / 4)
    at_day_1, at_day_4 = relapse.estimates([1, 4], "plain")
    assert (at_day_1.at_risk, at_day_1.probability, at_day_1.std_error) == (4, 0, 0)
    assert (at_day_1.interval.lower, at_day_1.interval.upper) == (0, 0)
    assert (at_day_4.at_risk, at_day_4.probability) == (3, 1 / 4)
    assert at_day_4.interval.upper == approx(1 / 4 + z * error)
    assert at_day_4.interval.lower == 0  # cut
    power = math.exp(z * error / (1 / 4 * math.log(1 / 4)))
    double = relapse.interval_at(4)
    assert (double.lower, double.upper) == (
        approx(0.25 ** (1 / power)),
        approx(0.25**power),
    )
    assert relapse.interval_at(1).lower is None and relapse.interval_at(1, "log").upper is None


def test_when_a_share_is_reached():
    """20 patients, one a day: 16 relapses, 3 deaths, one left. Half of 20 is on day 10."""
    risks = risks_of(range(1, 21), [0] * 16 + [1] * 3 + [-1])
    relapse = cumulative_incidence(risks).of("relapse")
    half = relapse.quantile(0.5)
    assert (half.days, half.share) == (10, 0.5)
    lower, upper = relapse.limits()
    assert half.interval.lower == relapse.day[np.flatnonzero(upper >= 0.5)[0]] < 10
    assert half.interval.upper == relapse.day[np.flatnonzero(lower >= 0.5)[0]] > 10
    late = relapse.quantile(0.8)
    assert (late.days, late.interval.upper) == (16, None)  # the lower limit never gets so high
    assert relapse.quantile(0.9).days is None
    with pytest.raises(ValueError, match="share: expected"):
        relapse.quantile(1)


@pytest.mark.parametrize(
    "name, weighted",
    [*((name, "FALSE") for name in DATA), ("transplant", "TRUE"), ("late", "TRUE")],
)
def test_agrees_with_survfit(golden, name, weighted):
    """Surv(time, factor): 4 data sets, 4 groups each, two with weights, one with late entry."""
    data = DATA[name]()
    found = cumulative_incidence_by(data.risks(weighted == "TRUE"), data.groups)
    assert list(found) == list(data.groups.levels)
    for level, curves in found.items():
        _compare(curves, golden("competing", dataset=name, weighted=weighted, level=level))


def _compare(curves, rows):
    for state in {row["state"] for row in rows}:
        mine = [row for row in rows if row["state"] == state]
        curve = curve_of(curves, state)
        place = np.searchsorted(curve.day, [int(row["day"]) for row in mine])
        assert curve.day[place].tolist() == [int(row["day"]) for row in mine]
        assert curve.at_risk[place].tolist() == [int(row["at_risk"]) for row in mine]
        for column, values in (
            ("probability", curve.probability),
            ("jackknife", curve.std_error),
        ):
            numbers = [float(row[column]) for row in mine]
            assert values[place] == approx(numbers, rel=1e-9, abs=1e-15)


def test_limits_agree_with_survfit(golden):
    data = DATA["transplant"]()
    found = cumulative_incidence_by(data.risks(), data.groups)
    for row in golden("competing_limits"):
        interval = found[row["level"]].of(row["state"]).interval_at(int(row["day"]), row["kind"])
        for side in ("lower", "upper"):
            number = getattr(interval, side)
            if row[side]:
                assert number == approx(float(row[side]), rel=1e-9, abs=1e-15)
            else:
                assert number is None


def test_agrees_with_cuminc(golden):
    """cmprsk: estimates and Aalen's variance; whole weights against the rows repeated."""
    found = {}
    for name in ("transplant", "mgus", "liver"):
        data = DATA[name]()
        found[name] = cumulative_incidence_by(data.risks(), data.groups, variance="aalen")
    data = DATA["mgus"]()
    repeated = cumulative_incidence_by(data.risks(weighted=True), data.groups, variance="aalen")
    found["mgus repeated"] = repeated
    for row in golden("competing_aalen"):
        curve = found[row["dataset"]][row["level"]].of(row["cause"])
        day = float(row["day"])
        assert curve.at(day) == approx(float(row["probability"]), rel=1e-9, abs=1e-15)
        variance = float(row["variance"])
        assert curve.std_error_at(day) ** 2 == approx(variance, rel=1e-9, abs=1e-15)


def test_the_days_to_a_share_agree_with_prodlim(golden):
    for row in golden("competing_days"):
        data = DATA[row["dataset"]]()
        part = data.risks().where(data.groups.codes == data.groups.levels.index(row["level"]))
        found = cumulative_incidence(part).of(row["cause"]).quantile(float(row["share"]))
        assert found.days == (float(row["day"]) if row["day"] else None)


def test_death_from_relapse_after_transplant_is_the_published_number():
    """mstate::ebmt2: 5.68 % at 12 months, 12.41 % at 60."""
    found = cumulative_incidence(ebmt2()).of("Relapse")
    assert 100 * found.at(365.25) == approx(5.68, abs=0.005)
    assert 100 * found.at(5 * 365.25) == approx(12.41, abs=0.005)


samples = st.lists(
    st.tuples(
        st.integers(0, 12),
        st.integers(-1, 1),
        st.integers(1, 13),
        st.sampled_from([0.0, 0.5, 1, 3]),
    ),
    min_size=1,
    max_size=30,
)


@settings(max_examples=50, deadline=None)
@given(samples)
def test_the_states_add_up_to_one(rows):
    """With late entry and weights; and the two conventions agree on the estimates."""
    days, cause, back, weight = (np.array(column) for column in zip(*rows, strict=True))
    entry = np.maximum(days - back, -1)
    risks = risks_of(days, cause, entry=entry, weight=np.append(weight[1:], 1.0))
    found = cumulative_incidence(risks)
    total = found.event_free.probability + sum(
        curve.probability for curve in found.incidence.values()
    )
    assert total == approx(np.ones(len(total)))
    for curve in (found.event_free, *found.incidence.values()):
        assert np.isfinite(curve.std_error).all()
        assert (curve.at_risk > 0).all()
        assert [curve.at_risk_at(day) for day in curve.day] == curve.at_risk.tolist()
    whole = risks_of(days, cause, entry=entry)
    for one, other in zip(
        cumulative_incidence(whole).incidence.values(),
        cumulative_incidence(whole, variance="aalen").incidence.values(),
        strict=True,
    ):
        assert one.probability.tolist() == other.probability.tolist()
        assert np.isfinite(other.std_error).all()


@settings(max_examples=25, deadline=None)
@given(samples)
def test_the_jackknife_of_counts_is_greenwood_for_event_free_survival(rows):
    """Without late entry and weights the two are one formula."""
    days, cause, _, _ = zip(*rows, strict=True)
    found = cumulative_incidence(risks_of(days, cause))
    curve = kaplan_meier(risks_of(days, cause).any_cause())
    assert found.event_free.day.tolist() == curve.day.tolist()
    assert found.event_free.probability == approx(curve.survival)
    errors = [curve.std_error_at(day) for day in curve.day]
    assert found.event_free.std_error == approx(errors, abs=1e-12)


@pytest.mark.parametrize("variance", ["jackknife", "aalen"])
def test_a_cause_that_nobody_had_stays_at_zero_with_error_zero(variance):
    found = cumulative_incidence(risks_of([2, 4, 4], [1, 1, -1]), variance=variance)
    relapse = found.of("relapse")
    assert relapse.probability.tolist() == relapse.std_error.tolist() == [0, 0]
    assert (relapse.events, relapse.quantile().days) == (0, None)
    assert (relapse.interval_at(4, "plain").upper, relapse.interval_at(4).upper) == (0, None)


@pytest.mark.parametrize("variance", ["jackknife", "aalen"])
@pytest.mark.parametrize(
    "days, cause, relapse, death",
    [
        ([7], [0], 1, 0),  # one patient
        ([7], [-1], 0, 0),
        ([0, 0, 3], [0, 1, -1], 1 / 3, 1 / 3),  # events on day 0
        ([9] * 4, [0, 0, 1, -1], 1 / 2, 1 / 4),  # all tied, causes too
        ([1, 2, 3], [-1] * 3, 0, 0),  # no events
        ([10**9, 2 * 10**9], [0, -1], 1 / 2, 0),  # far too long for a table of days
        ([1, 1, 2, 2], [0, 1, 0, 1], 1 / 2, 1 / 2),  # nobody left, the last day tied
    ],
)
def test_edges(days, cause, relapse, death, variance):
    found = cumulative_incidence(risks_of(days, cause), variance=variance)
    assert found.of("relapse").at(max(days)) == approx(relapse)
    assert found.of("death").at(max(days)) == approx(death)
    assert np.isfinite(found.of("relapse").std_error).all()


def test_the_table_of_days_and_sorting_give_the_same_curve():
    rng = np.random.default_rng(4)
    days, cause, entry = rng.integers(1, 50, 300), rng.integers(-1, 2, 300), None
    for entry in (None, np.where(rng.random(300) < 0.5, -1, days - 1)):
        near = cumulative_incidence(risks_of(days, cause, entry=entry)).of("death")
        start = None if entry is None else np.maximum(entry * 40_000_000, -1)
        far = cumulative_incidence(risks_of(days * 40_000_000, cause, entry=start)).of("death")
        assert (near.day.astype(np.int64) * 40_000_000).tolist() == far.day.tolist()
        assert near.probability.tolist() == far.probability.tolist()
        assert near.std_error.tolist() == far.std_error.tolist()


def test_a_risk_set_that_dies_out_early_leaves_later_entries_nothing_to_lose():
    """Day 2 ends the only row at risk: event-free survival is 0 from then on, as in R."""
    risks = risks_of([2, 8, 9], [0, 1, 0], entry=[-1, 5, 5])
    for variance in ("jackknife", "aalen"):
        found = cumulative_incidence(risks, variance=variance)
        assert found.event_free.probability.tolist() == [0, 0, 0]
        assert found.of("relapse").probability.tolist() == [1, 1, 1]
        assert found.of("death").std_error.tolist() == [0, 0, 0]
    assert found.of("death").at_risk.tolist() == [1, 2, 1]
    assert [found.of("death").at_risk_at(day) for day in (1, 5, 6)] == [1, 0, 2]


def test_rows_of_weight_zero_take_no_part():
    with_zero = cumulative_incidence(risks_of([1, 2, 3], [0, 1, 0], weight=[1, 0, 1]))
    without = cumulative_incidence(risks_of([1, 3], [0, 0]))
    assert with_zero.n == 2
    assert with_zero.of("relapse").day.tolist() == [1, 3]
    assert with_zero.of("relapse").std_error.tolist() == without.of("relapse").std_error.tolist()


def test_scaled_weights_change_nothing():
    """Probabilities and errors do not depend on the unit of the weights, 1e6 up or down."""
    rng = np.random.default_rng(5)
    days, cause, weight = rng.integers(0, 30, 90), rng.integers(-1, 2, 90), rng.random(90)
    one = cumulative_incidence(risks_of(days, cause, weight=weight)).of("relapse")
    for scale in (1e-6, 1e6):
        other = cumulative_incidence(risks_of(days, cause, weight=weight * scale)).of("relapse")
        assert other.probability == approx(one.probability, rel=1e-12)
        assert other.std_error == approx(one.std_error, rel=1e-9)


def test_levels_without_patients_have_no_curve():
    groups = Factor("group", ["a", "b", "c"], [0, 2, -1])
    risks = risks_of([1, 2, 3], [0, 1, 0])
    found = cumulative_incidence_by(risks, groups)
    assert list(found) == ["a", "c"]
    assert found["a"].of("relapse").day.tolist() == [1]
    assert cumulative_incidence_by(risks, Factor("group", ["a"], [-1] * 3)) == {}


def test_cause_specific_cox_censors_the_other_causes():
    """cox(risks.only(cause), ...) is the cause-specific hazards model: no code of its own."""
    data = DATA["mgus"]()
    fit = cox(data.risks().only("pcm"), [data.strata])
    assert fit.events == data.risks().events["pcm"] == 115
    censored = CompetingRisks(data.days, np.where(data.cause == 0, 0, -1), causes=["pcm"])
    again = cox(censored.any_cause(), [data.strata])
    assert fit.coefficients[0].beta == approx(again.coefficients[0].beta, rel=1e-12)


def test_results_cannot_be_changed():
    found = cumulative_incidence(risks_of([1, 2], [0, 1]))
    with pytest.raises(ValueError, match="read-only"):
        found.of("relapse").probability[0] = 1
    with pytest.raises(TypeError):
        found.incidence["relapse"] = None


def test_refusals():
    risks = risks_of([1, 2], [0, 1], weight=[0.5, 1])
    with pytest.raises(SampleError, match="weight: row 0 has a fraction; Aalen's variance"):
        cumulative_incidence(risks, variance="aalen")
    with pytest.raises(ValueError, match="variance: expected one of 'jackknife', 'aalen'"):
        cumulative_incidence(risks, variance="greenwood")
    with pytest.raises(SampleError, match="group: 1 rows, but the sample has 2"):
        cumulative_incidence_by(risks, Factor("group", ["a"], [0]))
    with pytest.raises(SampleError, match="'gvhd' is none of"):
        cumulative_incidence(risks).of("gvhd")
    with pytest.raises(ValueError, match="day: expected"):
        cumulative_incidence(risks).event_free.at(-1)
    with pytest.raises(EmptySample):
        risks_of([], [])
