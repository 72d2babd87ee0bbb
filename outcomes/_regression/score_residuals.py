"""What does each row add to the score, and how sure are we if rows belong together?"""

from __future__ import annotations

import numpy as np

from outcomes._numbers.columns import FloatArray, SampleError
from outcomes._regression.analysed import Analysed
from outcomes._regression.hazards import Hazards, grouped, hazards


def score_residuals_of(risks: Hazards) -> FloatArray:
    """(n, q) score residuals, case weights not applied, as R residuals(type="score").

    The integral of (x - mean of those at risk) against the row's martingale.
    Source: Therneau, Grambsch and Fleming, Biometrika 1990;77:147-160; tied events after Efron
    as in Therneau and Grambsch, Modeling Survival Data, 2000, ch. 4.
    Checked: by hand, and against R (golden/diagnostics_rows.csv), relative 1e-8.
    """
    if not len(risks.day):
        return np.zeros_like(risks.x)
    everyone = risks.hazard_mean(risks.step)
    met = risks.x * risks.met(risks.hazard)[:, None] - risks.met(everyone)
    failed = np.flatnonzero(risks.own >= 0)
    own = risks.own[failed]
    # Those who fail in a tie meet less of that day's hazard.
    spared = risks.share * risks.step
    relief = risks.x[failed] * risks.tied_sum(spared)[own][:, None]
    met[failed] -= relief - risks.hazard_mean(spared)[own]
    residual = -risks.risk[:, None] * met
    residual[failed] += risks.x[failed] - risks.mean[own]
    return residual


def dfbeta_of(risks: Hazards, covariance: FloatArray) -> FloatArray:
    """(n, q) change of each coefficient when the row's weight goes, case weights applied."""
    return np.asarray(
        risks.weight[:, None] * (score_residuals_of(risks) @ covariance), dtype=np.float64
    )


def sandwich(analysed: Analysed) -> FloatArray:
    """(kept, kept) robust covariance: the sum of squared changes by row, or by cluster if any.

    Raises SampleError for ties="exact", whose score is no sum over rows.
    Source: Lin and Wei, J Am Stat Assoc 1989;84:1074-1078. As R coxph(robust = TRUE, cluster).
    Checked: against R (golden/diagnostics_robust.csv), relative 1e-8.
    """
    if analysed.ties == "exact":
        raise SampleError(
            "ties: score residuals, and so robust errors, are not defined for 'exact'; "
            "use 'efron' or 'breslow'"
        )
    change = dfbeta_of(hazards(analysed), analysed.estimated)
    if analysed.cluster is not None:
        change = grouped(analysed.cluster, change, int(analysed.cluster.max()) + 1)
    return np.asarray(change.T @ change, dtype=np.float64)
