"""The records of the registry. Everything about a field stands in its model and nowhere else."""

from registry.dictionary.language import Dictionary
from registry.models.acute_gvhd import AcuteGvhd
from registry.models.base import ClinicalRecord
from registry.models.centre import Centre
from registry.models.chimerism import Chimerism
from registry.models.chronic_gvhd import ChronicGvhd
from registry.models.complication import Complication
from registry.models.conditioning import Conditioning
from registry.models.consent import Consent
from registry.models.course import Course
from registry.models.death import Death
from registry.models.digest import ClockRound, Digest, NetworkFigure
from registry.models.disease import Disease
from registry.models.draft import Draft
from registry.models.engraftment import Engraftment
from registry.models.follow_up import FollowUp
from registry.models.graft import Graft
from registry.models.identity import Identity
from registry.models.import_file import ImportFile, ImportMapping, ImportRow
from registry.models.import_word import ImportWord
from registry.models.infusion import Infusion
from registry.models.patient import Patient
from registry.models.pretransplant_relapse import PretransplantRelapse
from registry.models.prophylaxis import Prophylaxis
from registry.models.question import Question, QuestionMessage
from registry.models.relapse import Relapse
from registry.models.same_person import LinkRequest, MatchToken, PatientMerge
from registry.models.sign_off import SignOff
from registry.models.status_before import StatusBefore
from registry.models.submission import CaseReceipt, Submission
from registry.models.toxicity import Toxicity
from registry.models.transplant import Transplant
from registry.models.treatment_line import TreatmentLine
from registry.models.user import CENTRE_ROLES, Role, User

RECORD_MODELS: tuple[type[ClinicalRecord], ...] = (
    Patient,
    Identity,
    Consent,
    Disease,
    Course,
    PretransplantRelapse,
    Transplant,
    Graft,
    Conditioning,
    Prophylaxis,
    StatusBefore,
    Engraftment,
    Chimerism,
    AcuteGvhd,
    ChronicGvhd,
    Complication,
    Relapse,
    TreatmentLine,
    Infusion,
    Toxicity,
    FollowUp,
    Death,
)
"""Every clinical model, parents before children."""

DICTIONARY = Dictionary(tuple(model.record_type for model in RECORD_MODELS))

__all__ = [
    "CENTRE_ROLES",
    "DICTIONARY",
    "RECORD_MODELS",
    "AcuteGvhd",
    "CaseReceipt",
    "Centre",
    "Chimerism",
    "ChronicGvhd",
    "ClinicalRecord",
    "ClockRound",
    "Complication",
    "Conditioning",
    "Consent",
    "Course",
    "Death",
    "Digest",
    "Disease",
    "Draft",
    "Engraftment",
    "FollowUp",
    "Graft",
    "Identity",
    "ImportFile",
    "ImportMapping",
    "ImportRow",
    "ImportWord",
    "Infusion",
    "LinkRequest",
    "MatchToken",
    "NetworkFigure",
    "Patient",
    "PatientMerge",
    "PretransplantRelapse",
    "Prophylaxis",
    "Question",
    "QuestionMessage",
    "Relapse",
    "Role",
    "SignOff",
    "StatusBefore",
    "Submission",
    "Toxicity",
    "Transplant",
    "TreatmentLine",
    "User",
]
