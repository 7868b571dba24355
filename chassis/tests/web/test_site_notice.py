"""A demonstration says on every page that it is one."""

from chassis.web import create_app


def test_a_notice_stands_on_every_page(settings, templates, serving):
    told = settings.model_copy(update={"notice": "Ceci est un <essai>."})
    client = serving(create_app("essai", templates, told, title="Signalement et écoute"))
    for path in ("/accessibilite", "/nulle-part"):
        assert "Ceci est un &lt;essai&gt;." in client.get(path).text


def test_without_a_notice_no_page_shows_one(settings, templates, serving):
    client = serving(create_app("essai", templates, settings, title="Signalement et écoute"))
    assert "site-notice" not in client.get("/accessibilite").text
