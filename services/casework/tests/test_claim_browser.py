"""The pages of who joins a case and of oral reports, on a phone and on a desk: axe finds nothing, nothing overflows."""

import pytest

from casework.store import tables
from casework.usecases import agreements, handling
from casework.usecases.taking_down import Draft
from tests.support.browsing import WIDER, follow, look
from tests.support.visitor import DESKTOP, PHONE

from .test_claim_pages import LONG
from .test_oral import answers, release, take_down


@pytest.fixture
def seen_cases(world, town_pages):
    """One case at each stage of an agreement, and oral ones."""
    referent = world.staff("referent-1")
    ids = {}
    texts = {"quality": "witness", "what": LONG, "implicated": ["HIERARCHIE"]}
    stages = ("seul", "a-verifier", "accord", "refus", "retrait", "sans", "autre")
    reporters = {name: world.file(town_pages, **texts) for name in stages}
    for name, reporter in reporters.items():
        ids[name] = world.release(reporter)
        handling.take_in_charge(world.uow, world.desk, referent, ids[name])
    decides = dict.fromkeys(reporters, "agreed") | {"refus": "refused"}
    joined = {name: world.join(reporters[name], decides=decides[name]) for name in reporters if name != "seul"}
    world.open_all()
    voices = {row.case_id: row.voice_id for row in world.rows(tables.voices)}
    for name in ("accord", "retrait", "autre"):
        args = (world.uow, world.desk, referent, ids[name], voices[ids[name]])
        agreements.check_voice(*args, concerned=name != "autre")
    world.speak(joined["retrait"], decides="withdrawn")
    world.speak(joined["a-verifier"], LONG)
    world.open_all()
    agreements.proceed_without(world.uow, world.desk, referent, ids["sans"], "danger", LONG)
    ids["voix"] = voices[ids["a-verifier"]]
    ids["voix-accord"] = voices[ids["accord"]]
    for name in ("oral", "oral-venu", "oral-a-relire"):
        draft = Draft(town_pages, answers=answers(what=LONG, quality="witness"))
        take_down(world, draft)
        world.open_all()
        ids[name] = draft.case_id
        if name != "oral-a-relire":
            release(world, draft)
            handling.take_in_charge(world.uow, world.desk, referent, draft.case_id)
    return ids


def pages(ids) -> dict[str, tuple[str, str]]:
    """Name -> who looks, and at what."""
    case = {name: f"/dossiers/{ids[name]}" for name in ids}
    stages = ("a-verifier", "seul", "accord", "refus", "retrait", "sans", "autre", "oral")
    return {
        **{f"accord-{name}": ("referent-1", case[name]) for name in stages},
        "verification": ("referent-1", f"{case['a-verifier']}/voix/{ids['voix']}/verification"),
        "verification-faite": ("referent-1", f"{case['accord']}/voix/{ids['voix-accord']}/verification"),
        "sans-accord": ("referent-1", f"{case['seul']}/sans-accord"),
        "sans-accord-impossible": ("referent-1", f"{case['oral']}/sans-accord"),
        "identite-conseil": ("referent-1", f"{case['seul']}/identite"),
        "identite-oral": ("referent-1", f"{case['oral']}/identite"),
        "demande-oral": ("referent-1", f"{case['oral']}/demande-judiciaire"),
        "relecture-oral": ("screener-1", f"/relecture/{ids['oral-a-relire']}"),
        "relecture-voix": ("screener-1", f"/relecture/{ids['a-verifier']}"),
        "oral-collectivite": ("screener-1", "/dossiers/oral"),
        "oral-saisie": ("screener-1", "/dossiers/oral?collectivite=town-1"),
        "oral-aucune": ("screener-1", "/dossiers/oral?q=xyz"),
    }


def test_every_page_of_a_claim_is_accessible(chromium, back_office, sign_in, seen_cases):
    """On a phone, in dark; nothing sticks out on a desk either. The tour of all pages looks at them in light."""
    screens, faults = {}, []
    for person in ("referent-1", "screener-1"):
        context = chromium.new_context(viewport=PHONE, color_scheme="dark", bypass_csp=True)
        cookies = sign_in(person).cookies.jar
        context.add_cookies([{"name": c.name, "value": c.value, "url": back_office} for c in cookies])
        screens[person] = context.new_page()
    for name, (person, path) in pages(seen_cases).items():
        page = screens[person]
        assert page.goto(back_office + path).status == 200
        faults += look(page, f"casework-{name}-dark")
        page.set_viewport_size(DESKTOP)
        faults += [f"{name}: overflows on a desk"] if page.evaluate(WIDER) else []
        page.set_viewport_size(PHONE)
    for screen in screens.values():
        screen.context.close()
    assert faults == []


@pytest.mark.parametrize("width", [360, 1280])
def test_the_screeners_oral_path_in_a_browser(chromium, back_office, sign_in, town_pages, width):
    context = chromium.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
    cookies = sign_in("screener-1").cookies.jar
    context.add_cookies([{"name": c.name, "value": c.value, "url": back_office} for c in cookies])
    page = context.new_page()
    page.goto(back_office + "/relecture")
    follow(page, page.get_by_role("link", name="Signalement oral"))
    page.fill("#q", "tatinghem")
    follow(page, page.get_by_role("button", name="Chercher"))
    follow(page, page.get_by_role("link", name="Saint-Martin-lez-Tatinghem"))
    follow(page, page.get_by_role("button", name="Relire avec la personne"))
    faults = look(page, "casework-oral-erreurs")
    page.locator("label", has_text="Elle est témoin").first.click()
    page.locator("label", has_text="Menace").first.click()
    page.fill("#quoi", LONG)
    page.locator("label", has_text="La hiérarchie").first.click()
    follow(page, page.get_by_role("button", name="Relire avec la personne"))
    faults += look(page, "casework-oral-relecture")
    follow(page, page.get_by_role("button", name="Envoyer et obtenir le code"))
    page.locator(".receipt li").nth(7).wait_for()
    faults += look(page, "casework-oral-code")
    assert faults == []
    context.close()


def test_the_same_path_with_javascript_off(chromium, back_office, sign_in, world, town_pages):
    context = chromium.new_context(java_script_enabled=False)
    cookies = sign_in("screener-1").cookies.jar
    context.add_cookies([{"name": c.name, "value": c.value, "url": back_office} for c in cookies])
    page = context.new_page()
    page.goto(f"{back_office}/dossiers/oral?collectivite={town_pages}")
    page.locator("label", has_text="Elle est concernée elle-même").first.click()
    page.locator("label", has_text="Menace").first.click()
    page.fill("#quoi", LONG)
    page.locator("label", has_text="La hiérarchie").first.click()
    follow(page, page.get_by_role("button", name="Relire avec la personne"))
    follow(page, page.get_by_role("button", name="Envoyer et obtenir le code"))
    assert page.locator(".receipt li").count() == 8
    context.close()
    world.open_all()
    assert len(world.rows(tables.cases)) == 1
