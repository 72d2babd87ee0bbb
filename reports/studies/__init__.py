"""Which studies are there? One readable file each; a study file imports no other."""

from collections.abc import Mapping
from types import MappingProxyType

from reports.studies.hazar_2021_turkey import STUDY as HAZAR_2021
from reports.studies.hsct2_2025_ecog import STUDY as HSCT2_2025
from reports.studies.kaya_2025_salvage import STUDY as KAYA_2025
from reports.studies.momm_prszt import STUDY as MOMM
from reports.studies.roux_2017_sfgmtc import STUDY as ROUX_2017
from reports.study import Study

STUDIES: Mapping[str, Study] = MappingProxyType(
    {study.id: study for study in (ROUX_2017, HAZAR_2021, HSCT2_2025, KAYA_2025, MOMM)}
)
