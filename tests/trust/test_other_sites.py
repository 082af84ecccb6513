"""Another site sends forms in the name of whoever is signed in: nothing is taken, anywhere."""

from tests.trust import addresses, attack

# Mail programs send this one without a cookie (RFC 8058); the link is the permission.
BY_LINK_ALONE = {"unsubscribe"}
REFUSED = {403, 404}


def test_nothing_is_taken_without_a_token(clinic):
    people, ids = clinic
    browsers = attack.browsers(people, strict=True)
    before = attack.state(beside=attack.TRAIL)
    found, taken = list(attack.targets(ids)), []
    for address, name, person in found:
        form = addresses.FORMS.get(name)
        answer = browsers[person].ask("post", address, form, undo=False)
        if answer.status_code not in REFUSED and name not in BY_LINK_ALONE:
            taken.append(f"{address}: {answer.status_code} as {person}")

    assert "\n".join(taken) == ""
    assert attack.changed(before) == ["clinic.Consent"]  # by the one link
    assert len(found) > 250


def test_a_token_of_another_browser_does_not_help(clinic):
    people, ids = clinic
    browsers = attack.browsers(people, strict=True)
    before = attack.state(beside=attack.TRAIL)
    taken = []
    for address, name, person in attack.targets(ids):
        if name in BY_LINK_ALONE:
            continue
        form = {**addresses.FORMS.get(name, {}), "csrfmiddlewaretoken": "a" * 64}
        answer = browsers[person].ask(
            "post", address, form, undo=False, headers={"X-CSRFToken": "b" * 64}
        )
        if answer.status_code not in REFUSED:
            taken.append(f"{address}: {answer.status_code} as {person}")

    assert "\n".join(taken) == ""
    assert attack.changed(before) == []
