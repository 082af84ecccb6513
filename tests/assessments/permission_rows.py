"""One row for every address of charts and plans: who may ask for it, and what they get."""

from dataclasses import dataclass, field

from tests.assessments.factories import NOW

# People, as the rows below name them. All but the strangers look after the patient; the receiver
# was asked to take exercise over and has not answered.
PEOPLE = (
    "author", "colleague", "student", "coach", "receiver", "stranger", "inactive", "no_role",
    "desk", "manager", "lead", "superuser", "patient", "other_patient", "revoked", "guest",
)  # fmt: skip
CLINIC = {"author", "colleague", "student", "coach", "receiver", "stranger"}
EXAMINERS = {"author", "colleague", "student"}
PHYSIOS = {"author", "colleague", "stranger"}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One address: who gets ``status``, everybody else 404, a guest is led to the sign-in."""

    name: str
    address: str
    may: set
    status: int = 200
    method: str = "get"
    form: dict = field(default_factory=dict)
    json: bool = False
    guest: int = 302


def chart(tail=""):
    return "/chart/assessments/{signed}/" + tail


def draft(tail=""):
    return "/chart/assessments/{draft}/" + tail


LINE = "/chart/assessments/{planned}/plan/{line}/"
MINE = {"patient"}
TABLE = [
    Row(name="chart-today", address="/chart/", may=CLINIC),
    Row(name="chart-call-take", address="/chart/calls/{call}/take/", may={"author"}, status=302,
        method="post"),
    Row(name="chart-patients", address="/chart/patients/", may=CLINIC),
    Row(name="chart-patients", address="/chart/patients/", may=CLINIC, status=302, method="post"),
    Row(name="chart-patient", address="/chart/patients/{patient}/", may=EXAMINERS | {"coach"}),
    Row(name="chart-timeline", address="/chart/patients/{patient}/timeline/",
        may=EXAMINERS | {"coach"}),
    Row(name="chart-looked", address="/chart/patients/{patient}/looked/",
        may=EXAMINERS | {"coach"}, status=302, method="post", form={"up_to": NOW.isoformat()}),
    Row(name="chart-book", address="/chart/patients/{patient}/book/", may=EXAMINERS | {"coach"}),
    Row(name="chart-book", address="/chart/patients/{patient}/book/", may=EXAMINERS | {"coach"},
        status=422, method="post"),
    Row(name="chart-series", address="/chart/patients/{patient}/series/",
        may=EXAMINERS | {"coach"}),
    Row(name="chart-series", address="/chart/patients/{patient}/series/",
        may=EXAMINERS | {"coach"}, status=422, method="post"),
    Row(name="chart-visit", address="/chart/visits/{visit}/", may={"author"}),
    Row(name="chart-visit-move", address="/chart/visits/{visit}/move/", may={"author"},
        status=422, method="post"),
    Row(name="chart-visit-cancel", address="/chart/visits/{visit}/cancel/", may={"author"},
        status=422, method="post"),
    Row(name="chart-emergency", address="/chart/emergency/", may=PHYSIOS),
    Row(name="chart-emergency", address="/chart/emergency/", may=PHYSIOS, status=422,
        method="post"),
    Row(name="chart-emergency-open", address="/chart/emergency/open/", may=PHYSIOS, status=302),
    Row(name="chart-emergency-open", address="/chart/emergency/open/", may=PHYSIOS, status=302,
        method="post", form={"reason": "unwell"}),
    Row(name="chart-emergency-end", address="/chart/emergency/end/", may=PHYSIOS, status=303,
        method="post"),
    Row(name="chart-time-off", address="/chart/time-off/", may=CLINIC),
    Row(name="chart-time-off", address="/chart/time-off/", may=CLINIC, status=422, method="post"),
    Row(name="chart-time-off-remove", address="/chart/time-off/{away}/remove/", may={"author"},
        status=302, method="post"),
    Row(name="chart-still-add", address=draft("stills/"), may={"author"}, status=422,
        method="post"),
    Row(name="chart-still-add", address=chart("stills/"), may={"author"}, status=422,
        method="post"),
    Row(name="chart-still-remove", address=draft("stills/{still}/remove/"), may={"author"},
        status=303, method="post"),
    Row(name="chart-still", address="/chart/stills/{still}/", may={"author"}),
    Row(name="chart-stills-withdraw", address="/chart/patients/{patient}/stills/withdraw/",
        may=EXAMINERS, status=302, method="post"),
    Row(name="chart-start", address="/chart/patients/{patient}/start/", may=EXAMINERS,
        status=302, method="post"),
    Row(name="chart-discharge", address="/chart/patients/{patient}/discharge/", may=EXAMINERS,
        status=302, method="post", form={"reason": "moved"}),
    Row(name="chart-assessment", address=chart(), may=EXAMINERS),
    Row(name="chart-assessment", address=draft(), may={"author"}),
    Row(name="chart-assessment", address=draft(), may={"author"}, status=302, method="post",
        form={"section": "history", "base_version": "0"}),
    Row(name="chart-save", address=draft("save/"), may={"author"}, method="post", json=True,
        form={"base_version": 0, "values": []}, guest=401),
    Row(name="chart-save", address=chart("save/"), may={"author"}, status=403, method="post",
        json=True, form={"base_version": 0, "values": []}, guest=401),
    Row(name="chart-panel", address=draft("panel/"), may={"author"}),
    Row(name="chart-values", address=draft("values/"), may={"author"}, guest=401),
    Row(name="chart-rest", address=draft("rest/observation/"), may={"author"}),
    Row(name="chart-rest", address=draft("rest/observation/"), may={"author"}, status=302,
        method="post", form={"set": ["effusion:L"]}),
    Row(name="chart-follow-up", address=draft("follow-up/"), may={"author"}, status=302,
        method="post", form={"do": "nothing_new", "base_version": "0"}),
    Row(name="chart-course", address="/chart/patients/{patient}/course/", may=EXAMINERS),
    Row(name="chart-snippets", address="/chart/snippets/", may=EXAMINERS | {"stranger"}),
    Row(name="chart-snippets", address="/chart/snippets/", may=EXAMINERS | {"stranger"},
        status=302, method="post", form={"word": "edu", "text": "Education given."}),
    Row(name="chart-sign", address=draft("sign/"), may={"author"}),
    Row(name="chart-sign", address=draft("sign/"), may={"author"}, status=302, method="post"),
    Row(name="chart-sign", address=chart("sign/"), may={"author"}, status=303, method="post"),
    Row(name="chart-sign", address=chart("sign/"), may={"author"}, status=303),
    Row(name="chart-amend", address=chart("amend/"), may=EXAMINERS, status=302, method="post",
        form={"reason": "why"}),
    Row(name="chart-addendum", address=chart("add/"), may={"author", "colleague"},
        status=303, method="post", form={"why": "Heard later", "text": "Slept badly"}),
    Row(name="chart-cosign", address=chart("cosign/"), may=EXAMINERS, status=303, method="post"),
    Row(name="chart-wrong", address=chart("wrong/"), may={"author", "colleague"}),
    Row(name="chart-wrong", address=draft("wrong/"), may={"author"}),
    Row(name="chart-wrong", address=chart("wrong/"), may={"author", "colleague"}, status=303,
        method="post", form={"kind": "side", "reason": "why"}),
    Row(name="chart-plan", address=chart("plan/"), may=EXAMINERS),
    Row(name="chart-plan", address=draft("plan/"), may=set()),
    Row(name="chart-plan-draft", address=chart("plan/draft/"), may=EXAMINERS, status=302,
        method="post"),
    Row(name="chart-plan-compose", address="/chart/assessments/{elsewhere}/plan/compose/",
        may={"author", "colleague"}, status=302, method="post",
        form={"reason": "why", "phase": "P1", "pain_limit": "3"}),
    Row(name="chart-plan-compose", address=chart("plan/compose/"), may=set(), status=403,
        method="post"),
    Row(name="chart-plan-add", address="/chart/assessments/{planned}/plan/add/", may=EXAMINERS,
        status=302, method="post", form={"exercise": "EX08", "reason": "why"}),
    Row(name="chart-plan-note", address="/chart/assessments/{planned}/plan/note/",
        may=EXAMINERS, status=302, method="post", form={"note": "Hello"}),
    Row(name="chart-plan-preview", address="/chart/assessments/{planned}/plan/preview/",
        may=EXAMINERS),
    Row(name="chart-plan-keep", address="/chart/assessments/{planned}/plan/keep/",
        may=EXAMINERS, status=302, method="post", form={"reason": "why"}),
    Row(name="chart-plan-advance", address="/chart/assessments/{in_force}/plan/advance/",
        may={"author", "colleague"}, status=302, method="post", form={"reason": "why"}),
    Row(name="chart-plan-issue", address="/chart/assessments/{planned}/plan/issue/",
        may={"author", "colleague"}, status=302, method="post"),
    Row(name="chart-plan-edit", address=LINE + "edit/", may=EXAMINERS, status=302,
        method="post", form={"sets": 2, "reps": 8, "per_week": 2}),
    Row(name="chart-plan-remove", address=LINE + "remove/", may=EXAMINERS, status=302,
        method="post", form={"reason": "why"}),
    Row(name="chart-plan-restore", address=LINE + "restore/", may=EXAMINERS, status=302,
        method="post"),
    Row(name="chart-intake", address="/chart/visits/{visit}/intake/", may=EXAMINERS),
    Row(name="chart-receipt", address="/chart/visits/{visit}/receipt/", may=EXAMINERS),
    Row(name="chart-receipt", address="/chart/visits/{visit}/receipt/", may=EXAMINERS, status=302,
        method="post", form={"requested_on": "2027-01-02", "request": "letter", "text": "why"}),
    Row(name="chart-receipt-pdf", address="/chart/visits/{visit}/receipt.pdf", may=set()),
    Row(name="chart-letter-start", address=chart("letters/"), may=EXAMINERS, status=302,
        method="post", form={"kind": "gp"}),
    Row(name="chart-letter-start", address=draft("letters/"), may=set(), method="post",
        form={"kind": "gp"}),
    Row(name="chart-assessment-letter", address=chart("letter.pdf"), may=EXAMINERS),
    Row(name="chart-assessment-letter", address=draft("letter.pdf"), may=set()),
    Row(name="chart-letter", address="/chart/letters/{letter}/", may=EXAMINERS),
    Row(name="chart-letter", address="/chart/letters/{letter}/", may=EXAMINERS, status=302,
        method="post", form={"do": "save", "subject": "A letter"}),
    Row(name="chart-letter-pdf", address="/chart/letters/{letter}/letter.pdf", may=EXAMINERS),
    Row(name="chart-letter-send", address="/chart/letters/{finished}/send/", may=EXAMINERS,
        status=302, method="post",
        form={"how": "faxed", "to": "Dr.", "sent_at": "2027-01-10T11:00"}),
    Row(name="chart-referral", address="/chart/referrals/{referral}/", may=EXAMINERS),
    Row(name="chart-referral", address="/chart/referrals/{referral}/",
        may={"author", "colleague"}, status=302, method="post",
        form={"do": "sent", "to": "ambulance"}),
    Row(name="chart-referral-advice", address="/chart/referrals/{referral}/advice.pdf",
        may=EXAMINERS),
    Row(name="chart-hand-over-new", address="/chart/patients/{patient}/hand-over/",
        may=EXAMINERS),
    Row(name="chart-hand-over", address="/chart/hand-overs/{hand_over}/",
        may=EXAMINERS | {"receiver"}),
    Row(name="chart-hand-over", address="/chart/hand-overs/{hand_over}/", may={"receiver"},
        status=302, method="post", form={"do": "accept"}),
    Row(name="chart-hand-over", address="/chart/hand-overs/{hand_over}/",
        may={"author", "colleague"}, status=302, method="post", form={"do": "end"}),
    Row(name="chart-file", address="/chart/files/{file}/", may=EXAMINERS),
    Row(name="chart-note-start", address="/chart/patients/{patient}/note/", may=EXAMINERS,
        status=302, method="post"),
    Row(name="chart-note", address="/chart/notes/{note}/", may=EXAMINERS),
    Row(name="chart-note", address="/chart/notes/{own_note}/", may={"author"}),
    Row(name="chart-note", address="/chart/notes/{own_note}/", may={"author"}, status=302,
        method="post", form={"base_version": "1", "plan": "Rest"}),
    Row(name="chart-note-save", address="/chart/notes/{own_note}/save/", may={"author"},
        method="post", json=True, form={"base_version": 1, "values": []}, guest=401),
    Row(name="chart-note-values", address="/chart/notes/{own_note}/values/", may={"author"},
        guest=401),
    Row(name="chart-note-sign", address="/chart/notes/{own_note}/sign/", may={"author"}),
    Row(name="chart-note-sign", address="/chart/notes/{own_note}/sign/", may={"author"},
        status=302, method="post"),
    Row(name="chart-note-amend", address="/chart/notes/{note}/amend/", may=EXAMINERS, status=302,
        method="post", form={"reason": "why"}),
    Row(name="me-plan", address="/me/{patient}/plan/", may=MINE),
    Row(name="me-plan", address="/me/{patient}/plan/?plan={issued}", may=MINE),
    Row(name="me-plan-pdf", address="/me/{patient}/plan/plan.pdf", may=MINE),
    Row(name="me-plan-run", address="/me/{patient}/plan/run/", may=MINE, status=422,
        method="post", form={"on": "x"}),
    Row(name="me-plan-ahead", address="/me/{patient}/plan/ahead/", may=MINE, status=422,
        method="post", form={"on": "x"}),
    Row(name="me-plan-days", address="/me/{patient}/plan/days/", may=MINE, status=303,
        method="post", form={"day": "0"}),
    Row(name="me-plan-ask", address="/me/{patient}/plan/ask/", may=MINE),
    Row(name="me-plan-ask", address="/me/{patient}/plan/ask/", may=MINE, status=303,
        method="post", form={"yes": "none"}),
    Row(name="me-plan-asked", address="/me/{patient}/plan/ask/{flare}/", may=MINE),
    Row(name="chart-running-test", address="/chart/patients/{patient}/running-test/",
        may=EXAMINERS, status=302, method="post", form={"check": "F2-1"}),
    Row(name="me-progress", address="/me/{patient}/progress/", may=MINE),
    Row(name="me-plan-log", address="/me/{patient}/plan/log/", may=MINE, method="post",
        json=True, form={}, guest=401),
    Row(name="me-plan-log", address="/me/{patient}/plan/log/", may=MINE, method="post",
        status=303, form={"line": "{issued_line}", "done": "done"}),
]  # fmt: skip
# A student sees the page and is told who issues, composes or adds.
TOLD = {
    "chart-plan-issue": 422,
    "chart-plan-advance": 422,
    "chart-plan-compose": 422,
    "chart-addendum": 302,
}
