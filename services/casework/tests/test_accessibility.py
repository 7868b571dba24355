"""Every page, on a phone and on a desk: axe finds nothing, nothing overflows, JavaScript is not needed."""

import os
from datetime import date

import pytest

from casework.usecases import asking, handling
from casework.usecases.asking import Ask
from casework.usecases.copying import copy_file
from paravent.intake.v1.content_pb2 import IdentityAnswer
from tests.support.browsing import WIDER, follow, look
from tests.support.visitor import DESKTOP, PHONE

# Decision -> from when on: one case each.
STANDINGS = {
    "asked": "",
    "agreed": "2026-11-21T09:30:00Z",
    "hastened": "2026-11-20T09:30:00Z",
    "refused": "",
    "withdrawn": "",
}
LONG = (
    "Depuis le mois de septembre, ma cheffe de service me parle mal devant les autres, deux ou trois fois par semaine. "
    "Elle a dit que « les gens comme moi » n’avaient rien à faire ici.\n\nLe 12 novembre, elle a retiré mon dossier."
)


@pytest.fixture
def cases(back_office, world):
    """One case at each stage, with texts, files and messages."""
    member = world.member("town-1", name="Saint-Martin-lez-Tatinghem")
    for person in ("referent-1", "referent-2"):
        world.habilitate(person, "referent", member)
    files = [world.put_file(b"x" * 2000), world.put_file(b"y", "courriel de Jeanne.eml", "message/rfc822")]
    answers = {"what": LONG, "when": "Depuis septembre 2026", "where": "À la mairie, bureau 12", "quality": "victim"}
    answers |= {"acts": ["HARCELEMENT_MORAL", "DISCRIMINATION"], "criteria": ["AGE"], "implicated": ["HIERARCHIE"]}
    to_read = world.file(member, files=files, implicated_details="Jeanne Canari", danger=True, **answers)
    world.speak(to_read, "J’ai oublié de dire que cela continue.")
    orphan = world.file(member, **(answers | {"implicated": ["CDG"]}))
    released, in_charge, closed = (world.file(member, files=files, **answers) for _ in range(3))
    world.open_all()
    while copy_file(world.uow, world.copying):
        pass
    asked = {name: world.file(member, identity_choice="confidential", **answers) for name in STANDINGS}
    world.open_all()
    ids = {
        name: world.release(r) for name, r in {"released": released, "in_charge": in_charge, "closed": closed}.items()
    }
    referent = world.staff("referent-1")
    for name in ("in_charge", "closed"):
        handling.take_in_charge(world.uow, world.desk, referent, ids[name])
    handling.write_message(
        world.uow, world.desk, referent, ids["in_charge"], notice_id=os.urandom(16), author="Référente", text=LONG
    )
    world.speak(in_charge, "Merci. Je peux vous donner d’autres dates.")
    world.open_all()
    handling.close(world.uow, world.desk, referent, ids["closed"], "Des mesures ont été prises.")
    for name, reporter in asked.items():
        ids[name] = world.release(reporter)
        handling.take_in_charge(world.uow, world.desk, referent, ids[name])
        request = Ask(
            os.urandom(16),
            "Claire Martin",
            "Saint-Martin-lez-Tatinghem (référents signalement)",
            "protection",
            LONG,
            ["name", "contact"],
            date(2026, 12, 20),
        )
        asking.ask(world.uow, world.desk, referent, ids[name], request)
        if name != "asked":
            given = IdentityAnswer(request_id=request.request_id, decision=name, effective_at=STANDINGS[name])
            world.speak(reporter, answer=given)
    world.open_all()
    ids |= {"to_read": world.case_of(to_read).case_id, "orphan": world.case_of(orphan).case_id}
    return ids


def pages(cases) -> dict[str, tuple[str, str]]:
    """Name -> who looks, and at what."""
    return {
        "liste-referent": ("referent-1", "/dossiers"),
        "liste-clos": ("referent-1", "/dossiers?vue=clos"),
        "liste-relecture": ("screener-1", "/relecture"),
        "a-relire": ("screener-1", f"/relecture/{cases['to_read']}"),
        "sans-referent": ("screener-1", f"/relecture/{cases['orphan']}"),
        "relu": ("screener-1", f"/relecture/{cases['released']}"),
        "a-prendre": ("referent-1", f"/dossiers/{cases['released']}"),
        "pris-en-charge": ("referent-1", f"/dossiers/{cases['in_charge']}"),
        **{f"identite-{name}": ("referent-1", f"/dossiers/{cases[name]}") for name in STANDINGS},
        "identite": ("referent-1", f"/dossiers/{cases['in_charge']}/identite"),
        "identite-deja": ("referent-1", f"/dossiers/{cases['asked']}/identite"),
        "identite-trop-tot": ("referent-1", f"/dossiers/{cases['released']}/identite"),
        "demande-judiciaire": ("referent-1", f"/dossiers/{cases['in_charge']}/demande-judiciaire"),
        "clos": ("referent-1", f"/dossiers/{cases['closed']}"),
        "introuvable": ("referent-1", f"/dossiers/{cases['to_read']}"),
        "sans-habilitation": ("stranger", "/dossiers"),
    }


def test_every_page_is_accessible_without_javascript(chromium, back_office, sign_in, cases):
    """On a phone, in dark; nothing sticks out on a desk either. The tour of all pages looks at them in light."""
    screens, faults = {}, []
    for person in ("referent-1", "screener-1", "stranger"):
        context = chromium.new_context(viewport=PHONE, color_scheme="dark", bypass_csp=True)
        cookies = sign_in(person).cookies.jar
        context.add_cookies([{"name": c.name, "value": c.value, "url": back_office} for c in cookies])
        screens[person] = context.new_page()
    for name, (person, path) in pages(cases).items():
        page = screens[person]
        page.goto(back_office + path)
        faults += look(page, f"casework-{name}-dark")
        page.set_viewport_size(DESKTOP)
        faults += [f"{name}: overflows on a desk"] if page.evaluate(WIDER) else []
        page.set_viewport_size(PHONE)
    for screen in screens.values():
        screen.context.close()
    assert faults == []


def test_the_referents_path_works_with_javascript_off(chromium, back_office, cases, world):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(back_office + "/dossiers")
    follow(page, page.locator("button[name=sub][value=referent-1]"))
    page.click(f"a[href='/dossiers/{cases['released']}']")
    page.click("button:has-text('Prendre en charge')")
    page.get_by_text("Pris en charge", exact=True).wait_for()
    page.fill("#message", "Bonjour, je prends en charge votre signalement.")
    page.click("button:has-text('Envoyer')")
    page.get_by_text("Bonjour, je prends en charge votre signalement.").wait_for()
    context.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_the_pages_that_a_form_leads_to_are_accessible(chromium, back_office, cases, width):
    context = chromium.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
    page = context.new_page()
    page.goto(back_office + "/dossiers")
    follow(page, page.locator("button[name=sub][value=referent-1]"))
    page.goto(f"{back_office}/dossiers/{cases['in_charge']}/demande-judiciaire")
    follow(page, page.get_by_role("button", name="Préparer le bloc"))
    page.get_by_text("FIN DE LA DEMANDE").wait_for()
    assert look(page, "casework-bloc") == []
    page.goto(f"{back_office}/dossiers/{cases['in_charge']}/identite")
    follow(page, page.get_by_role("button", name="Envoyer la demande"))
    page.get_by_text("réponses sont à revoir").wait_for()
    assert look(page, "casework-identite-erreur") == []
    context.close()


def test_on_a_phone_the_deadlines_stand_before_the_messages(chromium, back_office, sign_in, cases):
    context = chromium.new_context(viewport={"width": 360, "height": 800})
    cookies = [{"name": c.name, "value": c.value, "url": back_office} for c in sign_in("referent-1").cookies.jar]
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto(f"{back_office}/dossiers/{cases['in_charge']}")
    places = [page.locator(selector).bounding_box()["y"] for selector in ("#echeances", "#message")]
    assert places == sorted(places)
    context.close()
