"""Which studies are there? One readable file each; a study file imports no other."""

from collections.abc import Mapping
from types import MappingProxyType

from reports.studies.roux_2017_sfgmtc import STUDY as ROUX_2017
from reports.study import Study

STUDIES: Mapping[str, Study] = MappingProxyType({study.id: study for study in (ROUX_2017,)})
