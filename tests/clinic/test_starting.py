"""The first day: the practice, its manager, their link; later its settings and its logo."""

from datetime import timedelta
from io import BytesIO, StringIO

import pytest
import time_machine
from django.contrib.auth.models import Group, Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from PIL import Image

from clinic import actions, audit, outbox, practice, roles
from clinic.errors import LogoRefused
from clinic.forms import PracticeForm
from clinic.models import AuditEvent, Practice, User
from tests.conftest import NOW
from tests.factories import PracticeFactory, UserFactory

pytestmark = pytest.mark.django_db


def start(**changed):
    out = StringIO()
    asked = {"clinic": "Larch", "email": "boss@example.com", **changed}
    call_command("start_clinic", stdout=out, **asked)
    return out.getvalue().split()[-1].removeprefix("http://127.0.0.1:8000")


def test_the_first_manager_sets_a_password_by_the_link_once(client):
    link = start(manager="Billie Boss", time_zone="Europe/London")

    page = client.get(link)
    password = {"password": "three quiet words", "again": "three quiet words"}
    done = client.post(link, password)
    again = client.post(link, password)

    assert (page.status_code, done.status_code, again.status_code) == (200, 302, 410)
    user = User.objects.get()
    assert (user.email, user.name, user.is_staff) == ("boss@example.com", "Billie Boss", True)
    assert [group.name for group in user.groups.all()] == ["manager"]
    assert user.check_password("three quiet words")
    assert (practice.current().name, practice.current().time_zone) == ("Larch", "Europe/London")


@pytest.mark.parametrize(
    "typed",
    [
        {"password": "short", "again": "short"},
        {"password": "three quiet words", "again": "three other words"},
        {"password": "password1234", "again": "password1234"},
        {"password": "", "again": ""},
    ],
)
def test_a_poor_password_is_422_and_the_link_still_works(client, typed):
    link = start()

    assert client.post(link, typed).status_code == 422
    assert client.get(link).status_code == 200


def test_a_link_ends_after_three_days(client):
    link = start()

    with time_machine.travel(NOW + timedelta(days=3, seconds=1), tick=False):
        assert client.get(link).status_code == 410


def test_a_made_up_link_is_over(client):
    link = start()

    assert client.get(link[:-5] + "abcd/").status_code == 410


def test_a_lost_link_can_be_made_anew_but_only_for_the_same_person(client):
    first, second = start(), start()
    assert client.get(first).status_code == client.get(second).status_code == 200

    with pytest.raises(CommandError, match="has a manager already"):
        start(email="other@example.com")
    client.post(second, {"password": "three quiet words", "again": "three quiet words"})
    with pytest.raises(CommandError, match="has a manager already"):
        start()
    assert client.get(first).status_code == 410
    assert User.objects.count() == 1


def test_whoever_runs_a_clinic_alone_treats_as_well():
    start(treats=True)

    held = User.objects.get().groups.values_list("name", flat=True)
    assert sorted(held) == ["manager", "physio"]


@pytest.mark.parametrize("wrong", [{"email": "nobody"}, {"time_zone": "Mars/Olympus"}])
def test_starting_with_nonsense_leaves_nothing_behind(wrong):
    with pytest.raises(CommandError):
        start(**wrong)

    assert User.objects.count() == Practice.objects.count() == 0


def test_an_invited_colleague_gets_the_link_by_mail(client, mailoutbox):
    PracticeFactory()
    user, _ = actions.invite_user(
        "New@example.com", name="Nell New", role_names=["physio"], by=audit.SYSTEM
    )
    outbox.send_due()

    link = next(word for word in mailoutbox[0].body.split() if "/invitation/" in word)
    assert mailoutbox[0].to == ["new@example.com"]
    assert client.get(link.removeprefix("http://127.0.0.1:8000")).status_code == 200
    assert user.is_staff is False
    assert Group.objects.get(name="physio") in user.groups.all()


def test_an_unknown_role_is_refused():
    with pytest.raises(ValueError, match="No such role: pilot"):
        actions.invite_user("x@example.com", name="X", role_names=["pilot"], by=audit.SYSTEM)


def picture(kind="PNG", size=(900, 300), **save):
    out = BytesIO()
    Image.new("RGB", size, "#7a1f5c").save(out, kind, **save)
    return out.getvalue()


def upload(content, name="logo.png"):
    return SimpleUploadedFile(name, content)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_logo_is_drawn_anew(client, kind):
    boss = UserFactory()
    row = PracticeFactory()
    row.logo = upload(picture(kind) + b"<script>hidden()</script>", "../../evil.html")

    actions.save_practice(row, by=boss, changed=["logo"])

    response = client.get("/brand/logo/")
    content = b"".join(response.streaming_content)
    assert response["Content-Type"] == "image/png"
    assert b"script" not in content
    with Image.open(BytesIO(content), formats=["PNG"]) as kept:
        assert kept.size == (720, 240)
    assert row.logo.name.startswith("brand/logo-")
    assert 'src="/brand/logo/"' in client.get("/team/").text
    event = AuditEvent.objects.get(action="practice_saved")
    assert (event.actor_id, event.data) == (boss.pk, {"fields": ["logo"]})


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"<svg onload='alert(1)'/>", id="svg"),
        pytest.param(picture("GIF"), id="gif"),
        pytest.param(picture("BMP"), id="bmp"),
        pytest.param(picture()[:200], id="cut off"),
        pytest.param(picture(size=(4001, 10)), id="too wide"),
        pytest.param(picture() + b"0" * 1_000_001, id="too heavy"),
        pytest.param(b"", id="empty"),
    ],
)
def test_what_is_no_picture_of_ours_is_refused(content):
    row = PracticeFactory()
    row.logo = upload(content)

    with pytest.raises(LogoRefused):
        actions.save_practice(row, by=UserFactory())

    assert Practice.objects.get().logo.name == ""
    assert AuditEvent.objects.filter(action="practice_saved").count() == 0


def test_without_a_logo_there_is_none(client):
    PracticeFactory()

    assert client.get("/brand/logo/").status_code == 404


@pytest.mark.parametrize(
    ("colour", "fits"), [("#0f5257", True), ("#9bd0d4", False), ("teal", False), ("#fff", False)]
)
def test_a_brand_colour_must_carry_white_text(colour, fits):
    form = PracticeForm({"colour": colour}, instance=PracticeFactory())
    form.is_valid()

    assert ("colour" not in form.errors) == fits


def test_roles_are_exactly_what_they_say():
    desk = Group.objects.get(name=roles.FRONT_DESK)
    desk.permissions.add(Permission.objects.get(codename="delete_patient"))

    call_command("sync_roles", stdout=StringIO())

    held = {f"{p.content_type.app_label}.{p.codename}" for p in desk.permissions.all()}
    assert held == set(roles.permissions_of(roles.FRONT_DESK))
    assert Group.objects.get(name=roles.PHYSIO).permissions.count() == 0
