"""The sheet a patient takes away after a red flag: what to do now, why, and when to get help."""

from datetime import date
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from assessments.letters.country import country_of
from assessments.letters.paper import letterhead
from assessments.library.texts import Phrase
from assessments.library_store import library_of
from assessments.models import Referral
from assessments.translation_store import speaker
from assessments.where import place_of


def advice_facts(referral: Referral, on: date) -> dict[str, Any]:
    """Return everything the sheet prints, in the words of the chart's library and country.

    In the active language, which is the patient's where the sheet is made for them.
    """
    library = library_of(referral.assessment.library_id)
    country = country_of(place_of(referral.assessment))
    values = {"number": country.number, "day": formats.date_format(referral.due_on, "j F Y")}

    reader = speaker()

    def said(name: str) -> Phrase:
        phrase = country.phrase(library, name)
        return reader.told(phrase, **(values if phrase.values else {}))

    now, todo = said("emergency.now"), said(f"takeaway.{referral.level}")
    why = [said(f"takeaway.{flag['id']}").text for flag in referral.flags]
    patient, physio = referral.assessment.episode.patient.survivor, referral.assessment.author
    return {
        **letterhead(referral.assessment, on),
        "about": [[_("For"), str(patient)], [_("Your physiotherapist"), physio.name]],
        "title": todo.title,
        "sections": [
            _section("", [todo.text], todo.items),
            _section(_("Why"), [], why),
            _section(now.title, [now.text], now.items),
            _section(
                _("Questions"), [_("Call the clinic."), reader.say(country.helpline(library))], ()
            ),
            *[_section("", [note], ()) for note in reader.notes()],
        ],
    }


def _section(heading: str, texts: list[str], items) -> dict[str, Any]:
    blocks = [{"kind": "text", "lines": [" ".join(filter(None, texts))]}] if any(texts) else []
    if items:
        blocks.append({"kind": "list", "lines": list(items)})
    return {"heading": heading, "blocks": blocks}
