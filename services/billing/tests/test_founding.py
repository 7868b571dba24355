"""Founding: one file, said wrong in full or applied whole, again and again; and the market that follows."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from billing.__main__ import found as role
from billing.domain.faults import Refused
from billing.domain.founding import FoundingRefused
from billing.domain.founding_file import read
from billing.domain.habilitation import Account
from billing.entrypoints import founding
from billing.store import tables as t
from billing.usecases import price_lists, proposing
from billing.usecases.conventions import record_convention
from paravent.billing.v1 import events_pb2 as events

EXAMPLE = Path(__file__).parents[3] / "docs" / "operations" / "founding.example.toml"
ISSUER = "https://connexion.example.org"


@pytest.fixture
def text() -> str:
    return EXAMPLE.read_text(encoding="utf-8")


@pytest.fixture
def apply(owner_uow, clock):
    """Run the role on a text; its exit status and what it says."""

    def run(text: str, *, check: bool = False, prices: bytes | None = None) -> tuple[int, str]:
        given = {"check": check, "beside": lambda _: prices}
        return founding.run(owner_uow, text.encode(), ISSUER, clock, **given)

    return run


def counts(owner_uow) -> list[int]:
    with owner_uow("count") as tx:
        return [tx.session.scalar(select(func.count()).select_from(table)) for table in t.metadata.sorted_tables]


def test_everything_that_is_wrong_is_said_with_its_key(text):
    for right, wrong in (
        ("signed_on = 2026-03-16", 'signed_on = "16/03/2026"'),
        ('siret = "00000199000019"', 'siret = "0000019900001"'),
        ('siret = "00000299800011"', 'siret = "00000299800012"'),
        ('siret = "00000399600014"', 'siret = "00000399700014"'),
        ("FR3899999000990000000000299", "FR3899999000990000000000298"),
        ("ends_on = 2029-08-31", "ends_on = 2025-08-31"),
        ('department = "39"', "department = 39"),
        ('email = "comptabilite@autre-cdg.example.org"', 'email = "comptabilite"\nvat_number = "FR00000003996"'),
        ('subject = "a3f1c2d4-0004"', 'subject = "a3f1c2d4-0001"\nemail = "alix@example.org"'),
        ('court = "tribunal', 'cour = "tribunal'),
        ("market = 2026-09-01", "market = 2026-09-02"),
        ('\nprovider = "Prestataire Exemple"', '\nprovider = "Prestataire"'),
    ):
        assert right in text
        text = text.replace(right, wrong, 1)
    with pytest.raises(FoundingRefused) as refused:
        read(text.encode())
    said = {wrong.key: wrong.text for wrong in refused.value.wrong}
    assert "13" in said["[[providers]] n° 1, siret"]
    assert "5 derniers" in said["[[cdgs]] n° 1, seller.siret"]
    assert "SIREN" in said["[[cdgs]] n° 2, seller.siret"]
    assert "clé de contrôle" in said["[[cdgs]] n° 1, seller.iban"]
    assert 'department = "…"' in said["[[cdgs]] n° 2, department"]
    assert "signed_on = 2024-06-28" in said["groupement.signed_on"]
    assert "court" in said["[[cdgs]] n° 1, [[cdgs.terms]] n° 1, cour"]
    assert "issuer" in said["[[cdgs]] n° 2, [[cdgs.managers]] n° 2, email"]
    assert said.keys() >= {
        "[[markets]] n° 1, ends_on",
        "[[markets]] n° 1, provider",
        "[[cdgs]] n° 1, [[cdgs.terms]] n° 1, market",
        "[[cdgs]] n° 2, seller.email",
        "[[cdgs]] n° 2, [[cdgs.managers]] n° 2, subject",
    }
    with pytest.raises(FoundingRefused) as unreadable:
        read(b'[groupement]\nname = "sans fin\n')
    assert unreadable.value.wrong[0].key == "ligne 2, colonne 17"
    with pytest.raises(FoundingRefused) as empty:
        read(b"")
    assert [wrong.key for wrong in empty.value.wrong] == ["groupement", "providers", "markets", "cdgs"]


def test_a_check_writes_nothing_and_a_second_run_changes_nothing(text, apply, owner_uow, uow, told):
    before = counts(owner_uow)
    status, said = apply(text, check=True)
    assert (status, counts(owner_uow)) == (0, before)
    assert "centre de gestion 39" in said
    assert "Camille" not in said
    assert apply(text)[0] == 0
    founded = counts(owner_uow)
    status, said = apply(text)
    assert (status, counts(owner_uow)) == (0, founded)
    assert "Sans changement : 12." in said
    assert told(events.MemberListed) == []
    with uow("look") as tx:
        manager = tx.parties.manager(Account(ISSUER, "a3f1c2d4-0001"))
        seller = tx.invoices.seller(manager.cdg_id)
        [(market, provider)] = tx.parties.groupement(manager.cdg_id).markets
        terms = tx.life.terms(manager.cdg_id, market.id)
    assert (seller.siret, seller.iban) == ("00000299800011", "FR3899999000990000000000299")
    assert (market.ends_on, provider.siret) == (date(2029, 8, 31), "00000199000019")
    assert terms["court"] == "tribunal administratif de Lyon"


def test_the_role_reads_the_file_and_answers_by_its_exit_status(database, tmp_path, monkeypatch, capsys):
    given = {"database_url": database.app_url, "owner_url": database.owner_url, "event_key": "00" * 32}
    for name, value in given.items():
        (tmp_path / f"billing_{name}").write_text(value)
    monkeypatch.setenv("PARAVENT_SECRETS", str(tmp_path))
    monkeypatch.setenv("BILLING_OIDC_ISSUER", ISSUER)
    assert role([str(EXAMPLE), "--check"]) == 0
    assert "La même commande sans --check l’écrit" in capsys.readouterr().out
    monkeypatch.setenv("BILLING_OIDC_ISSUER", f"{ISSUER}/")
    assert role([str(EXAMPLE)]) == 1
    assert "issuer n’est pas celui du service" in capsys.readouterr().out
    assert role([]) == role([str(tmp_path / "nowhere")]) == 2
    assert "usage" in capsys.readouterr().err


def test_an_edit_changes_what_may_change_before_anything_rests_on_it(text, apply, owner_uow):
    apply(text)
    before = counts(owner_uow)
    edited = text.replace("Groupement de commandes des centres", "Groupement des centres")
    edited = edited.replace("starts_on = 2026-09-01", "starts_on = 2026-10-01", 1)
    edited = edited.replace("market = 2026-09-01", "market = 2026-10-01", 1)
    edited = edited.replace("Prestataire Exemple", "Prestataire Renommé").replace("Claude Fictif", "Claude Imaginaire")
    status, said = apply(edited)
    assert (status, counts(owner_uow)) == (0, before)
    assert "starts_on 01/09/2026 → 01/10/2026" in said
    assert "Claude" not in said


@pytest.fixture
def joined(text, apply, uow, zudausques, typed, clock):
    """A CdG of the example that Zudausques has joined, under a market that runs: the file, and its manager."""
    for written, other in (("2026-09-01", "2025-09-01"), ("2026-03-16", "2025-03-16"), ('"01"', '"62"')):
        text = text.replace(written, other)
    assert apply(text)[0] == 0
    with uow("manager") as tx:
        manager = tx.parties.manager(Account(ISSUER, "a3f1c2d4-0001"))
    record_convention(uow, manager, zudausques, typed, clock)
    return text, manager


def test_what_conventions_rest_on_is_refused_with_the_reason(joined, apply, owner_uow):
    text, _ = joined
    before = counts(owner_uow)
    edited = text.replace("ends_on = 2029-08-31", "ends_on = 2029-12-31", 1)
    edited = edited.replace("a3f1c2d4-0003", "a3f1c2d4-0001x").replace("a3f1c2d4-0002", "a3f1c2d4-0003")
    edited = edited.replace("00000199000019", "00000299800011", 1)
    status, said = apply(edited, check=True)
    assert status == 1
    assert "[[markets]] n° 1, ends_on ne change plus, car ce marché a 1 convention. Remettez 2029-08-31" in said
    assert "[[cdgs]] n° 1, [[cdgs.managers]] n° 2, subject est le compte d’un gestionnaire d’un autre centre" in said
    assert "[[providers]] n° 1, siret change de SIREN" in said
    assert apply(edited) == (status, said)
    assert counts(owner_uow) == before


def test_members_are_told_again_where_their_cdg_changes_its_name_or_contact(joined, apply, told):
    text, _ = joined
    [first] = told(events.MemberListed)
    assert apply(text.replace('03 53 01 00 01"\n\n# Ce qui', '03 53 01 00 09"\n\n# Ce qui'))[0] == 0
    _, again = sorted(told(events.MemberListed), key=lambda event: event.version)
    assert (again.member_id, again.version) == (first.member_id, first.version + 1)
    assert again.cdg_contact == "signalement@cdg.example.org · 03 53 01 00 09"
    assert len(told(events.MembershipChanged)) == 2


def test_the_market_that_follows_is_founded_and_conventions_renew_under_it(joined, apply, uow, clock):
    text, manager = joined
    after = '\n[[markets]]\nprovider = "Prestataire Exemple"\nstarts_on = 2029-09-01\nends_on = 2033-08-31\n'
    within = after.replace("2029-09-01", "2029-08-31")
    assert "[[markets]] n° 2, starts_on tombe dans le marché" in apply(text + within)[1]
    with pytest.raises(Refused):
        proposing.draft_renewals(uow, manager, clock)
    assert apply(text + after)[0] == 0
    assert proposing.draft_renewals(uow, manager, clock) == 1
    with uow("renewal") as tx:
        [proposal] = tx.proposals.open(manager.cdg_id)
        first, following = tx.proposals.markets(manager.cdg_id)
    assert (proposal.market_id, following.starts_on) == (following.id, date(2029, 9, 1))
    assert first.ends_on == date(2029, 8, 31)
    with uow("market") as tx:
        meant = [tx.parties.market(manager.cdg_id, date(year, 9, 1)) for year in (2024, 2025, 2028, 2029, 2040)]
    assert meant == [first, first, first, following, following]


def test_a_market_brings_its_own_price_list(text, apply, uow, clock):
    prices = (EXAMPLE.parents[2] / "services/billing/billing/reference/lot2_cdg62.toml").read_bytes()
    text = text.replace("ends_on = 2029-08-31", 'ends_on = 2029-08-31\nprice_list = "prix.toml"', 1)
    assert "[[markets]] n° 1, price_list ne nomme aucun fichier" in apply(text)[1]
    wrong = prices.replace(b'price = "400"', b'price = "-400"', 1)
    assert "[[markets]] n° 1, price_list nomme une liste de prix qui ne se lit pas" in apply(text, prices=wrong)[1]
    assert "liste de prix du centre de gestion 39, version 1" in apply(text, prices=prices)[1]
    assert "version" not in apply(text, prices=prices)[1]
    dearer = prices.replace(b'price = "400"', b'price = "410"', 1)
    assert apply(text, prices=dearer)[0] == 0
    assert price_lists.keep_price_lists(uow, clock) == 0
    with uow("look") as tx:
        manager = tx.parties.manager(Account(ISSUER, "a3f1c2d4-0001"))
        lists = tx.price_lists.all(manager.cdg_id)
    assert [(each.version, each.valid_from, each.chosen_by) for each in lists] == [
        (2, date(2026, 9, 1), None),
        (1, date(2026, 9, 1), None),
    ]
