"""The theme as people meet it: every component, on a phone and on a desk, by day and by night."""

import pytest
from fastapi import Request

from chassis.web import Page, page
from tests.support.browsing import WIDER, follow, look

ERRORS = {
    "faits": "Écrivez quelques mots sur ce qui s’est passé.",
    "actes": "Cochez au moins une case.",
    "jour": "Cette date est dans l’avenir.",
}


@pytest.fixture
def gallery(app, serving, settings) -> str:
    @app.get("/")
    def show(request: Request):
        return page(request, "gallery.html", errors={}, rows=Page(range(25), 3, 240))

    @app.get("/erreurs")
    def wrong(request: Request):
        return page(request, "gallery.html", errors=ERRORS, rows=Page(range(25), 1, 240))

    serving(app)
    return f"{settings.public_url}/"


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_axe_finds_nothing_to_say(chromium, gallery, width, scheme):
    sheet = chromium.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce")
    for path in ("", "erreurs", "accessibilite", "nulle-part"):
        sheet.goto(gallery + path)
        assert look(sheet, f"theme-{path or 'galerie'}-{scheme}") == []
    sheet.close()


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_nothing_overflows_sideways(chromium, gallery, width):
    """320 px is what a 1280 px screen zoomed to 400 % has left (WCAG 1.4.10)."""
    sheet = chromium.new_page(viewport={"width": width, "height": 800})
    sheet.goto(gallery)
    assert not sheet.evaluate(WIDER)
    sheet.close()


def test_everything_one_can_press_is_large_enough_for_a_finger(chromium, gallery):
    sheet = chromium.new_page(viewport={"width": 360, "height": 800})
    sheet.goto(gallery)
    heights = sheet.evaluate(
        "[...document.querySelectorAll('button, .button, .choice, select, summary, nav a, input[type=file]')]"
        ".map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect().height])"
    )
    assert [h for h in heights if h[1] < 44] == []
    sheet.close()


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(chromium, gallery):
    sheet = chromium.new_page()
    sheet.goto(gallery + "erreurs")
    assert sheet.evaluate("document.activeElement.className") == "error-summary"
    follow(sheet, sheet.get_by_text("Cochez au moins une case.").first)
    assert sheet.evaluate("document.activeElement.id") == "actes"
    sheet.close()


def test_a_form_field_says_its_hint_and_its_error_to_screen_readers(chromium, gallery):
    sheet = chromium.new_page()
    sheet.goto(gallery + "erreurs")
    told = sheet.evaluate(
        "document.getElementById('faits').getAttribute('aria-describedby').split(' ')"
        ".map(id => document.getElementById(id).textContent).join(' ')"
    )
    assert "vu, entendu ou subi" in told
    assert "Écrivez quelques mots" in told
    sheet.close()


@pytest.mark.parametrize("javascript", [True, False])
def test_quick_exit_leaves_the_site(chromium, gallery, javascript):
    context = chromium.new_context(java_script_enabled=javascript)
    sheet = context.new_page()
    sheet.route("https://meteofrance.com/", lambda route: route.fulfill(body="temps calme"))
    sheet.goto(gallery)
    sheet.click("#quitter")
    sheet.wait_for_url("https://meteofrance.com/")
    context.close()


def test_three_presses_of_shift_leave_the_site_without_a_way_back(chromium, gallery):
    sheet = chromium.new_page()
    sheet.route("https://meteofrance.com/", lambda route: route.fulfill(body="temps calme"))
    sheet.goto(gallery)
    for _ in range(3):
        sheet.keyboard.press("Shift")
    sheet.wait_for_url("https://meteofrance.com/")
    assert sheet.evaluate("history.length") == 2  # the blank page of a new tab, then the weather
    sheet.close()


def test_pages_load_nothing_from_elsewhere(chromium, gallery):
    sheet = chromium.new_page()
    asked = []
    sheet.on("request", lambda request: asked.append(request.url))
    sheet.goto(gallery)
    assert asked
    assert [url for url in asked if not url.startswith(gallery) and not url.startswith("data:")] == []
    sheet.close()
