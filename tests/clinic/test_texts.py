"""The clinic's own wording of messages: rules 28 to 31, and who may change what they say."""

import re

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import translation

from bookings import owing
from clinic import letters, outbox, roles, texts
from clinic.actions.texts import reset_text, save_text
from clinic.errors import TextChanged
from clinic.models import AuditEvent, MessageText
from clinic.texts.filling import Block, Fault, faults, fill
from clinic.texts.wording import current, faults_of, shipped
from tests.conftest import NOW
from tests.factories import PracticeFactory, UserFactory

LIST = "/admin/clinic/messagetext/"
CODE = f"{LIST}text/sign_in_code/email/"
SMS = f"{LIST}text/reminder/sms/"


@pytest.fixture(autouse=True)
def practice(db):
    return PracticeFactory()


def signed_in(*held):
    user = UserFactory(is_staff=True)
    user.groups.set(Group.objects.filter(name__in=held))
    browser = Client()
    browser.force_login(user)
    browser.user = user
    return browser


@pytest.fixture
def manager():
    return signed_in(roles.MANAGER)


def every_topic():
    return [pytest.param(topic, id=topic.key) for topic in texts.topics()]


# The pure core -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("subject", "body", "found"),
    [
        pytest.param("For {name}", "Hello {name}: {link}", [], id="fits"),
        pytest.param("", "{link}", [Fault("subject", "empty")], id="no subject"),
        pytest.param(
            "s", " \n", [Fault("body", "empty"), Fault("body", "missing", "link")], id="no body"
        ),
        pytest.param("s", "{link} {nmae}", [Fault("body", "unknown", "nmae")], id="misspelt"),
        pytest.param(
            "{link}{pain}", "{link}", [Fault("subject", "unknown", "pain")], id="in the subject"
        ),
        pytest.param("s", "{name}", [Fault("body", "missing", "link")], id="needed one missing"),
        pytest.param("s", "{link} {", [Fault("body", "brace")], id="a brace alone"),
        pytest.param("s", "{{link}}", [Fault("body", "brace")], id="braces twice"),
        pytest.param("s", "{link} {name.password}", [Fault("body", "brace")], id="an attribute"),
        pytest.param("s", "{link} {% now 'Y' %}", [Fault("body", "brace")], id="a template tag"),
        pytest.param("s", "{link} {name!r:>9}", [Fault("body", "brace")], id="a format"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_text(subject, body, found):
    assert faults(subject, body, known={"name", "link"}, required=["link"]) == found


def test_filling_in_is_plain_substitution_and_happens_once():
    done = fill("{a}", "{a} {% x %} {{b}} {b}", {"a": "{b}", "b": "{% now 'Y' %}"})

    assert done.subject == "{b}"
    assert done.text == "{b} {% x %} {{% now 'Y' %}} {% now 'Y' %}"


def test_a_paragraph_of_empty_placeholders_is_left_out():
    done = fill("s", "Hello {a},\n\n{b}\n\n{b} {c}\n\nBye", {"a": "Gus", "b": "", "c": ""})

    assert [paragraph.text for paragraph in done.paragraphs] == ["Hello Gus,", "Bye"]


def test_a_block_is_html_only_where_it_stands_alone():
    done = fill("{x}", "{x}\n\nsee {x}", {"x": Block("plain", "<b>rich</b>")})

    assert done.subject == "plain"
    assert [(p.text, p.html) for p in done.paragraphs] == [
        ("plain", "<b>rich</b>"),
        ("see plain", ""),
    ]


def test_a_subject_stays_on_one_line():
    assert (
        fill("Hello\n{a}", "x", {"a": "Bcc: all\r\n@example.com"}).subject
        == "Hello Bcc: all @example.com"
    )


# What ships --------------------------------------------------------------------------------------


@pytest.mark.parametrize("topic", every_topic())
def test_every_shipped_text_fits_its_message(topic):
    wording = shipped(topic)

    assert faults_of(topic, wording.subject, wording.body) == []
    assert set(topic.fields) <= set(topic.sample())
    assert set(topic.required) <= set(topic.fields)
    assert len(wording.body) <= topic.longest


@pytest.mark.parametrize("topic", every_topic())
def test_rule_31_every_message_has_text_and_html_and_the_clinics_name(topic):
    letter = letters.compose(topic, shipped(topic), topic.sample())

    assert "Larchwood Physiotherapy" in letter.text
    assert "{" not in letter.text + letter.subject
    if topic.has_subject:
        assert "Larchwood Physiotherapy" in letter.html
        assert not re.search(r"\{[a-z_]+\}", letter.html)
    else:
        assert (letter.subject, letter.html) == ("", "")
        assert len(letter.text) <= 160
    assert not re.search(r"\b(knee|pain|exercise|injury|sore)", letter.text, re.I) or topic.kind


# The clinic's own --------------------------------------------------------------------------------


def save(body, *, subject="S", base=0, by=None, name="sign_in_code"):
    return save_text(
        name, "email", subject=subject, body=body, base=base, by=by or UserFactory(), now=NOW
    )


def test_the_next_message_says_it_in_the_clinics_words_and_names_the_version():
    save("Take this: {code}", subject="Hi from {clinic}")
    outbox.queue("sign_in_code", to="a@example.com", key="k", payload={"code": "ABC"})

    outbox.send_due()

    [letter] = mail.outbox
    assert letter.subject == "Hi from Larchwood Physiotherapy"
    assert letter.body.startswith("Take this: ABC")
    assert outbox.Message.objects.get().wording == 1


def test_markup_in_a_text_or_a_name_is_shown_not_obeyed():
    save("<script>{clinic}</script> {code}")
    topic = texts.get("sign_in_code")

    letter = letters.compose(topic, current(topic), {**topic.sample(), "clinic": "<b>A&B</b>"})

    assert "<script>" not in letter.html
    assert "&lt;script&gt;&lt;b&gt;A&amp;B&lt;/b&gt;" in letter.html
    assert letter.text.startswith("<script><b>A&B</b></script>")


def test_a_stored_text_that_no_longer_fits_gives_way_to_the_shipped_one():
    MessageText.objects.create(
        topic="sign_in_code", channel="email", version=1, subject="S", body="{gone} {code}",
        saved_at=NOW, saved_by=UserFactory(),
    )  # fmt: skip

    assert current(texts.get("sign_in_code")).version == 0


def test_versions_are_kept_and_leave_a_trail():
    user = UserFactory()
    save("One {code}", by=user)
    save("Two {code}", base=1, by=user)
    reset_text("sign_in_code", "email", base=2, by=user, now=NOW)

    assert current(texts.get("sign_in_code")).version == 0
    rows = MessageText.objects.of("sign_in_code", "email")
    assert [(row.version, row.body) for row in rows] == [
        (3, ""),
        (2, "Two {code}"),
        (1, "One {code}"),
    ]
    trail = AuditEvent.objects.order_by("position").values_list("action", "actor_id")
    assert list(trail) == [("text_saved", user.pk)] * 2 + [("text_reset", user.pk)]


def test_two_managers_at_once_lose_nothing():
    save("One {code}")

    with pytest.raises(TextChanged):
        save("Other {code}", base=0)

    assert MessageText.objects.count() == 1


@pytest.mark.parametrize("change", [{"body": "x"}, {"version": 9}])
def test_a_saved_version_cannot_change_even_by_sql(change):
    save("One {code}")

    with pytest.raises(DatabaseError), transaction.atomic():
        MessageText.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        MessageText.objects.all().delete()


# The pages ---------------------------------------------------------------------------------------


def typed(browser, path, **values):
    """Post the form of a page, with what it holds and some of it changed."""
    form = browser.get(path).context["form"]
    return browser.post(path, {**form.initial, **values})


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_names_every_text_and_whose_words(manager, count, django_assert_num_queries):
    for name in ("sign_in_code", "invitation", "booked")[:count]:
        save("Mine {code}", name=name)
    with django_assert_num_queries(7):
        page = manager.get(LIST)

    body = page.content.decode()
    for topic in texts.topics():
        assert f"{LIST}text/{topic.name}/{topic.channel}/" in body
    assert body.count("your own, 10 Jan 2027") == count


def test_a_manager_changes_a_text_and_goes_back(manager):
    saved = typed(manager, CODE, subject="Code", body="Here: {code}")
    assert (saved.status_code, saved["Location"]) == (302, LIST)
    assert current(texts.get("sign_in_code")).body == "Here: {code}"

    page = manager.get(CODE).content.decode()
    assert "Here: {code}" in page
    assert "Back to the shipped text" in page
    manager.post(CODE, {"reset": "1", "base": "1"})

    assert current(texts.get("sign_in_code")) == shipped(texts.get("sign_in_code"))


def test_the_preview_shows_a_made_up_patient_and_saves_nothing(manager):
    page = typed(manager, CODE, body="**{code}** for {clinic}", preview="1")

    assert page.status_code == 200
    assert "**A7K2QP** for Larchwood Physiotherapy" in page.content.decode()
    assert not MessageText.objects.exists()


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"body": "no placeholder"}, "body", "Keep {code} in the text"),
        ({"body": "{code} {diagnosis}"}, "body", "no placeholder {diagnosis}"),
        ({"subject": "{secret}"}, "subject", "no placeholder {secret}"),
        ({"body": "{code} }"}, "body", "A brace belongs"),
        ({"subject": ""}, "subject", "required"),
        ({"body": "{code}" + "x" * 4000}, "body", "at most 4000"),
    ],
)
def test_what_does_not_fit_is_said_at_the_field_and_kept(manager, change, field, words):
    answer = typed(manager, CODE, **change)

    form = answer.context["form"]
    assert answer.status_code == 422
    assert words in form.errors[field][0]
    assert list(form.errors) == [field]
    assert form[field].value() == change[field]
    assert not MessageText.objects.exists()


def test_who_saves_over_a_colleague_is_told_and_keeps_what_was_typed(manager):
    stale = manager.get(CODE).context["form"].initial
    save("Theirs {code}")

    answer = manager.post(CODE, {**stale, "body": "Mine {code}"})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody saved this text" in page
    assert "Mine {code}" in page
    assert "Theirs {code}" in page
    again = manager.post(CODE, {**stale, "body": "Mine {code}", "base": 1})
    assert again.status_code == 302


def test_a_text_message_says_how_many_it_will_be(manager):
    page = typed(manager, SMS, body="{clinic} {day_short} {time} " + "x" * 150, preview="1")

    assert "2 text messages" in page.content.decode()


def test_the_desk_and_others_change_no_texts():
    desk = signed_in(roles.FRONT_DESK)

    assert desk.get(LIST).status_code == 404
    assert desk.post(CODE, {"subject": "s", "body": "{code}", "base": 0}).status_code == 404
    assert Client().get(LIST).status_code == 302
    assert not MessageText.objects.exists()


def test_unknown_texts_are_not_found(manager):
    assert manager.get(f"{LIST}text/nothing/email/").status_code == 404
    assert manager.get(f"{LIST}text/sign_in_code/sms/").status_code == 404


def test_messages_about_visits_can_all_be_changed():
    names = {(topic.name, topic.channel) for topic in texts.topics()}

    for name in owing.ABOUT_A_VISIT:
        assert {(name, "email"), (name, "sms")} <= names


def test_the_desk_reads_what_every_message_is_about():
    """Nothing in the list is called just "message"."""
    assert [name for name in outbox._renderers if not texts.label_of(name)] == []


# In another language -----------------------------------------------------------------------------


def in_french(name="sign_in_code", channel="email"):
    with translation.override("fr"):
        return current(texts.get(name, channel))


def test_own_english_words_never_reach_a_reader_of_french():
    save("Take this: {code}")

    assert in_french() == shipped_in_french()
    assert in_french().body.startswith("Votre code")


def shipped_in_french():
    with translation.override("fr"):
        return shipped(texts.get("sign_in_code"))


def test_each_language_has_versions_of_its_own(manager):
    save("Take this: {code}")
    answer = typed(manager, f"{CODE}?language=fr", body="Prenez ceci : {code}")

    assert answer.status_code == 302
    assert in_french().body == "Prenez ceci : {code}"
    assert current(texts.get("sign_in_code")).body == "Take this: {code}"
    rows = MessageText.objects.order_by("language").values_list("language", "version")
    assert list(rows) == [("en", 1), ("fr", 1)]


def test_the_pages_say_where_own_words_are_missing(manager):
    assert "without your own words" not in manager.get(LIST).text
    save("Take this: {code}")

    assert manager.get(LIST).text.count("without your own words") == 1
    assert "words of your own for this in the other language" in (
        manager.get(f"{CODE}?language=fr").text
    )
    assert "text-elsewhere" not in manager.get(CODE).text


def test_a_french_text_is_checked_and_shown_in_french(manager):
    answer = typed(manager, f"{CODE}?language=fr", body="Sans le {code} et {gone}", preview="1")

    assert answer.status_code == 422
    page = manager.get(f"{CODE}?language=fr").text
    assert "Votre code pour ouvrir une session" in page
    assert "Preview with a made-up patient" in page


@pytest.mark.parametrize("code", ["de", "x" * 50, ""])
def test_a_language_nobody_offers_has_no_texts(manager, code):
    assert manager.get(f"{CODE}?language={code}").status_code == 404


def test_what_goes_to_colleagues_is_in_english_alone(manager):
    page = f"{LIST}text/invitation/email/"

    assert manager.get(page).status_code == 200
    assert manager.get(f"{page}?language=fr").status_code == 404
