"""A guest chooses French on a phone, books, and reads on in French: pages, mail, calendar."""

import re
from itertools import count

from playwright.sync_api import expect

from tests.browser.demo_site import code_in, text_of
from tests.browser.steps import choose_time
from tests.browser.test_pages import faults

places = count(20)
TIME = re.compile(r"\b\d{1,2}\sh(\s\d\d)?\b")


def wrong(page) -> list[str]:
    """What is wrong with a page on a phone and a screen, and whether it is in French."""
    found = faults(page, touch=True)
    if page.evaluate("document.documentElement.lang") != "fr":
        found.append("not in French")
    page.set_viewport_size({"width": 390, "height": 844})
    return [f"{page.url}: {each}" for each in found]


def test_a_guest_chooses_french_and_books(open_page, site, watch):
    page, number = open_page(390), next(places)
    watch.expected = {422}
    address = f"invite{number}@example.com"
    page.goto("/book/")
    page.get_by_role("button", name="Français").click()
    expect(page).to_have_url(re.compile(r"/book/$"))
    expect(page.locator("h1")).to_have_text("Prendre rendez-vous")
    found = wrong(page)

    choose_time(page, days_ahead=number)
    expect(page.locator(".sd-held")).to_contain_text("Gardé pour vous jusqu’à")
    expect(page.locator(".sd-held")).to_have_text(TIME)
    found += wrong(page)
    page.locator("[name=email]").fill("nulle part")
    page.get_by_role("button", name="Réserver ce rendez-vous").click()
    expect(page.get_by_role("alert")).to_contain_text("Rien n’est perdu")
    found += wrong(page)
    for name, value in {
        "first_name": "Élodie", "last_name": "Tremblay", "email": address,
        "date_of_birth": "1990-03-04",
    }.items():  # fmt: skip
        page.locator(f"form.bk-details [name={name}]").fill(value)
    page.locator("form.bk-details [name=consent]").check()
    page.get_by_role("button", name="Réserver ce rendez-vous").click()
    expect(page.locator("h1")).to_have_text("C’est réservé, Élodie")
    found += wrong(page)

    with page.expect_download() as coming:
        page.get_by_role("link", name="Ajouter au calendrier").click()
    calendar = coming.value.path().read_text(encoding="utf-8")
    assert "Avec " in calendar
    [mail] = site.mails(address)
    said = text_of(mail)
    assert "Votre rendez-vous est réservé." in said
    assert "Your appointment" not in said
    assert found == []


def test_a_patient_reads_their_pages_in_french_once_they_chose_it(open_page, site):
    page, address = open_page(390), "patient@example.com"
    page.goto("/accounts/login/code/")
    page.get_by_role("button", name="Français").click()
    page.locator("[name=email]").fill(address)
    page.get_by_role("button", name="M’envoyer un code").click()
    mail = text_of(site.mails(address)[-1])
    assert "Votre code pour ouvrir une session" in mail
    page.locator("[name=code]").fill(code_in(mail))
    page.get_by_role("button", name="Ouvrir une session").last.click()
    expect(page).to_have_url(re.compile(r"/me/$"))
    if page.locator("input[name=date_of_birth]").count():  # no walk before this one did
        page.locator("input[name=date_of_birth]").fill("1994-06-15")
        page.get_by_role("button", name="Ouvrir les pages").click()
    page.get_by_role("button", name="Français").click()  # their record says English
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    found = wrong(page)
    for path in ("/me/plan/", "/me/progress/"):
        page.goto(path)
        found += wrong(page)
    page.get_by_role("button", name="English").click()  # as the next walk expects it
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert found == []
