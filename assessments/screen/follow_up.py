"""What a follow-up shows above its sections: the safety list, what came along, what has changed."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from assessments.actions.remarks import remarks_of
from assessments.course import Charted, findings_by_visit
from assessments.findings import FIELDS, Findings
from assessments.follow_up import not_retested, safety_entries, safety_list
from assessments.models import Assessment, Finding
from assessments.screen.changes import Change, activities_of, changes_of, visit_of
from assessments.screen.words import value_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question of the safety list: its answer last time, and today's if it is given."""

    field: str
    label: str
    last: str
    now: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """since       the day of the visit before
    safety      the list that is read out
    again       how many answers "nothing new" would give
    given_by    who gave today's answers, where all that can be asked are given; and when
    by_hand     questions that need hands or judgement and are still open: field and label
    carriable   labels of the measurements that were not retested
    """

    since: Charted
    safety: tuple[Asked, ...]
    again: int
    given_by: str
    given_at: datetime | None
    by_hand: int
    carriable: tuple[str, ...]
    changes: tuple[Change, ...]
    activities: tuple[tuple[str, str, str], ...]
    first_on: date
    last_on: date | None  # None where the visit before is the baseline

    @property
    def today_word(self) -> str:
        return _("Today")


def follow_up_of(
    assessment: Assessment, before: list[Charted], findings: Findings, rows: list[Finding]
) -> FollowUp | None:
    """Return what a follow-up asks first; None where no signed visit came before."""
    if not before:
        return None
    found = findings_by_visit(before)
    last = found[-1]
    today = Charted(assessment, assessment.started_at).on
    visits = [visit_of(each.on, known) for each, known in zip(before, found, strict=True)]
    answered = [row for row in rows if row.item in {field.id for field in safety_list()}]
    complete = all(findings.known(field.id) for field in safety_list())
    newest = max(answered, key=lambda row: row.recorded_at) if answered and complete else None
    return FollowUp(
        since=before[-1],
        safety=tuple(
            Asked(
                field=field.id,
                label=_(field.label),
                last=value_words(field.id, last.value(field.id)),
                now=value_words(field.id, findings.value(field.id))
                if findings.known(field.id)
                else "",
            )
            for field in safety_list()
        ),
        again=len(safety_entries(last, findings)),
        given_by=str(newest.recorded_by.get_full_name()) if newest and newest.recorded_by else "",
        given_at=newest.recorded_at if newest else None,
        by_hand=_by_hand(findings),
        carriable=tuple(_carriable(last, findings)),
        changes=changes_of(visits, visit_of(today, findings)),
        activities=activities_of(
            remarks_of(before[0].assessment), found[0], remarks_of(assessment), findings
        ),
        first_on=before[0].on,
        last_on=before[-1].on if len(before) > 1 else None,
    )


def _by_hand(findings: Findings) -> int:
    questions = (field for field in FIELDS.values() if field.one_by_one)
    return sum(not findings.known(field.id) for field in questions)


def _carriable(last: Findings, findings: Findings) -> list[str]:
    return [_(FIELDS[name].label) for name in not_retested(last, findings).values]
