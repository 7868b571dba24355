"""French needs no catalogue; another language needs a complete one."""

from io import BytesIO

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from chassis.i18n import _, ngettext, speaking, translator, unbroken


def test_french_is_the_message_itself(tmp_path):
    with speaking(translator("fr", tmp_path)):
        assert _("Continuer") == "Continuer"
        assert _("") == ""


def test_zero_is_singular_in_french():
    assert [ngettext("jour", "jours", count) for count in (0, 1, 2)] == ["jour", "jour", "jours"]


def test_a_language_without_a_catalogue_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError):
        translator("en", tmp_path)


def test_another_language_speaks_within_its_block_only(tmp_path):
    catalog = Catalog(locale="en")
    catalog.add("Continuer", "Continue")
    compiled = BytesIO()
    write_mo(compiled, catalog)
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.mo").write_bytes(compiled.getvalue())
    with speaking(translator("en", tmp_path)):
        assert _("Continuer") == "Continue"
    assert _("Continuer") == "Continuer"


def test_a_sign_stays_on_the_line_of_its_word():
    told = unbroken("Est-ce « %(name)s » ? Oui : 20 %% de 5 € ; voir a:b, 5 %(unit)s.")
    assert told.replace("\N{NO-BREAK SPACE}", "~") == "Est-ce «~%(name)s~»~? Oui~: 20~%% de 5~€~; voir a:b, 5 %(unit)s."
    assert unbroken("Erreur : ") == "Erreur\N{NO-BREAK SPACE}: "
