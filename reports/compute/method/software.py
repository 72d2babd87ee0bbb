"""With what was it computed? Program, conventions, study, data cut."""

from reports.results import Provenance


def software(provenance: Provenance) -> str:
    """The sentence with which the same numbers can be had again."""
    libraries = ", ".join(f"{name} {version}" for name, version in provenance.libraries)
    return (
        f"Computed by Engraft {provenance.code_version} ({libraries}) with the conventions of "
        f"{provenance.convention}, study file {provenance.study} version "
        f"{provenance.study_version}, from the data cut of {provenance.cut_date} "
        f"(SHA-256 {provenance.cut_sha256})."
    )
