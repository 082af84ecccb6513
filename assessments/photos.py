"""Photographs of a patient doing the exercises of a plan: those that may be looked at today."""

from base64 import b64encode
from collections.abc import Mapping

from assessments.models import ExercisePhoto, Plan
from clinic import uploads


def photos_of(plan: Plan) -> Mapping[str, ExercisePhoto]:
    """Return exercise -> photograph, of consents that stand. One query."""
    rows = ExercisePhoto.objects.filter(episode=plan.episode_id, consent__withdrawn_at=None)
    return {row.exercise: row for row in rows.order_by("added_at", "pk")}


def on_paper(photo: ExercisePhoto) -> str:
    """Return a photograph as typst takes it, inside an SVG; empty where its file is gone."""
    store = uploads.clinical_files()
    if not store.exists(photo.name):
        return ""
    with store.open(photo.name) as file:
        coded = b64encode(file.read()).decode("ascii")
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 75">'
        f'<image width="100" height="75" href="data:image/jpeg;base64,{coded}"/></svg>'
    )
