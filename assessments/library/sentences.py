"""Sentences of a plan that the code puts together and a plan keeps, as patterns.

A plan stores them filled in, in the library's language. Whoever reads it in another language gets
the translated pattern with the same values (``translating``).
"""

from assessments.library.texts import (
    A_SIDE,
    A_WEEK,
    DAILY,
    HOLD,
    SECONDS,
    gettext_noop,
)

_ = gettext_noop

PAIN_LIMIT = _("at most %(limit)s out of 10")
LOAD_RULE = _(
    "No run more than %(run)s %% longer than your longest of the last %(days)s days. No week"
    " more than %(week)s %% above the week %(gap)s weeks before. Add speed, then hills, then"
    " descents, one at a time."
)

NEVER_PROPOSED = _("Your clinician added it. It is never proposed by rule.")
DISTANCE_RULE = _("The distance rule")

# Said of a translation, in its own language.
NOT_REVIEWED = "Translation not clinically reviewed."
PARTLY_NOT_TRANSLATED = "Some sentences are not translated yet and stand here in English."
NOT_VALIDATED = (
    "This is our own translation of the questionnaire, not a validated version in this language."
)

SENTENCES = (
    HOLD, SECONDS, DAILY, A_WEEK, A_SIDE,
    PAIN_LIMIT, LOAD_RULE, NEVER_PROPOSED, DISTANCE_RULE,
    NOT_REVIEWED, PARTLY_NOT_TRANSLATED, NOT_VALIDATED,
)  # fmt: skip
