"""What a founding file adds to what stands and changes in it, and what it may not.

Nothing is ever removed. What conventions or invoices rest on stays: a convention keeps the days and the provider that
it was signed with (decision 0017), and an invoice's sequence is of one legal person (CGI, ann. II, art. 242 nonies A).
"""

import uuid
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, timedelta
from itertools import pairwise

from billing.domain.convention import Market
from billing.domain.founding import (
    FoundedCdg,
    FoundedMarket,
    FoundedProvider,
    Founding,
    Wrong,
    day_text,
)
from billing.domain.founding_known import Change, KnownCdg, KnownMarket, KnownPrices, Plan, Standing, Values
from billing.domain.parties import Provider


def plan(founding: Founding, standing: Standing, today: date) -> Plan:
    """What applying this file would do."""
    planner = _Planner(founding, standing, today)
    groupement_id = planner.groupement()
    providers = planner.providers()
    markets = planner.markets(groupement_id, providers)
    planner.cdgs(groupement_id, markets)
    return planner.made


class _Planner:
    """One plan in the making."""

    def __init__(self, founding: Founding, standing: Standing, today: date) -> None:
        self._founding, self._standing, self._today = founding, standing, today
        self.made = Plan()

    def groupement(self) -> uuid.UUID:
        """By its name; else the one that the file's CdGs are in already, under another name."""
        founding, known = self._founding, {each.name: each for each in self._standing.groupements}
        found = known.get(founding.name)
        if found is None:
            departments = {each.department for each in founding.cdgs}
            owners = {each.groupement_id for each in self._standing.cdgs if each.department in departments}
            if len(owners) > 1:
                self._refuse(
                    "groupement.name", "réunit des centres de plusieurs groupements. Faites un fichier de chacun."
                )
            found = next((each for each in known.values() if each.id in owners), None)
        key = found.id if found else uuid.uuid4()
        values = {"name": founding.name, "signed_on": founding.signed_on}
        self._write("groupements", f"groupement « {founding.name} »", {"id": key}, values, found)
        if founding.markets and founding.signed_on > min(each.starts_on for each in founding.markets):
            self._note("groupement.signed_on est après le début du premier marché : vérifiez ces deux dates.")
        return key

    def providers(self) -> dict[str, uuid.UUID]:
        """By SIRET; else by name. Ids by the file's names."""
        by_siret = {each.siret: each for each in self._standing.providers if each.siret}
        by_name = {each.name: each for each in self._standing.providers}
        ids: dict[str, uuid.UUID] = {}
        for rank, row in enumerate(self._founding.providers, 1):
            found = by_siret.get(row.siret) or by_name.get(row.name)
            if found is not None and found.id in ids.values():
                self._refuse(f"[[providers]] n° {rank}, name", "est celui d’un prestataire déjà décrit plus haut.")
            if found is not None:
                self._check_provider(f"[[providers]] n° {rank}, ", row, found, by_name.get(row.name))
            ids[row.name] = found.id if found else uuid.uuid4()
            self._write("providers", f"prestataire « {row.name} »", {"id": ids[row.name]}, asdict(row), found)
        return ids

    def markets(self, groupement_id: uuid.UUID, providers: Mapping[str, uuid.UUID]) -> dict[date, uuid.UUID]:
        """By the first day; else the only one whose days it crosses. Ids by the file's first days."""
        known = [each for each in self._standing.markets if each.market.groupement_id == groupement_id]
        same = _paired(self._founding.markets, [each.market for each in known])
        ids = {}
        for rank, row in enumerate(self._founding.markets, 1):
            found = next((each for each in known if each.market.id == same.get(row.starts_on)), None)
            ids[row.starts_on] = found.market.id if found else uuid.uuid4()
            values = {
                "groupement_id": groupement_id,
                "provider_id": providers.get(row.provider),
                "starts_on": row.starts_on,
                "ends_on": row.ends_on,
            }
            if found is not None and found.resting:
                self._check_market(f"[[markets]] n° {rank}, ", values, found)
            what = f"marché du {day_text(row.starts_on)} au {day_text(row.ends_on)}"
            self._write("markets", what, {"id": ids[row.starts_on]}, values, found and found.market)
            if _longer_than_four_years(row):
                self._note(
                    f"Le {what} dure plus de quatre ans (code de la commande publique, art. L2125-1) : vérifiez."
                )
        self._check_calendar([each.market for each in known if each.market.id not in ids.values()])
        return ids

    def cdgs(self, groupement_id: uuid.UUID, markets: Mapping[date, uuid.UUID]) -> None:
        """By their département, with what stands on their invoices, their managers and their texts."""
        known = {each.department: each for each in self._standing.cdgs}
        for rank, row in enumerate(self._founding.cdgs, 1):
            found, path = known.get(row.department), f"[[cdgs]] n° {rank}, "
            if found is not None and found.groupement_id != groupement_id:
                self._refuse(f"{path}department", "est celui d’un centre d’un autre groupement. Retirez ce centre.")
            key, what = found.id if found else uuid.uuid4(), f"centre de gestion {row.department}"
            values = {"groupement_id": groupement_id, "department": row.department}
            values |= {"name": row.name, "contact": row.contact}
            self._write("cdgs", what, {"id": key}, values, found)
            self._seller(path, what, row, key, found)
            self._managers(path, what, row, key)
            self._terms(what, row, key, markets)
            self._prices(what, key)
        in_file = {each.department for each in self._founding.cdgs}
        for each in self._standing.cdgs:
            if each.groupement_id == groupement_id and each.department not in in_file:
                self._note(f"Le centre de gestion {each.department} n’est pas dans le fichier : il reste comme il est.")

    def _seller(self, path: str, what: str, row: FoundedCdg, key: uuid.UUID, found: KnownCdg | None) -> None:
        before = found.seller if found else None
        if found is not None and before is not None and found.invoices and before["siret"][:9] != row.seller.siret[:9]:
            self._refuse(
                f"{path}seller.siret",
                f"change de SIREN, alors que l’ancien ({before['siret'][:9]}) a {_counted(found.invoices, 'facture')}. "
                "Gardez ce SIREN : une autre personne morale est un autre centre de gestion.",
            )
        self._write("sellers", f"factures du {what}", {"cdg_id": key}, asdict(row.seller), before)

    def _managers(self, path: str, what: str, row: FoundedCdg, key: uuid.UUID) -> None:
        issuer = self._founding.issuer
        known = {each.subject: each for each in self._standing.managers if each.issuer == issuer}
        for rank, manager in enumerate(row.managers, 1):
            found = known.get(manager.subject)
            if found is not None and found.cdg_id != key:
                self._refuse(
                    f"{path}[[cdgs.managers]] n° {rank}, subject",
                    "est le compte d’un gestionnaire d’un autre centre, où il a agi. Donnez-lui un autre compte.",
                )
            values = {"cdg_id": key, "issuer": issuer, "subject": manager.subject, "name": manager.name}
            of = {"id": found.id if found else uuid.uuid4()}
            self._write("managers", f"gestionnaire « {manager.subject} » du {what}", of, values, found)
        subjects = {each.subject for each in row.managers}
        others = sum(each.cdg_id == key and each.subject not in subjects for each in known.values())
        if others:
            self._note(f"Hors du fichier, le {what} a {_counted(others, 'gestionnaire')} : rien n’y change.")
        if len(subjects) + others < 2:
            self._note(f"Le {what} a moins de deux gestionnaires : une habilitation y attendra une seconde personne.")

    def _terms(self, what: str, row: FoundedCdg, key: uuid.UUID, markets: Mapping[date, uuid.UUID]) -> None:
        for terms in row.terms:
            market = markets[terms.market]
            known = self._standing.terms.get((key, market))
            of = f"textes des conventions du {what}, marché du {day_text(terms.market)}"
            if known is not None and known.edited:
                self._note(f"Les {of}, ont été écrits par un gestionnaire depuis : ils restent comme il les a écrits.")
                continue
            before = None if known is None else {name: known.texts.get(name, "") for name in terms.texts}
            self._write("convention_terms", of, {"cdg_id": key, "market_id": market}, terms.texts, before)

    def _prices(self, what: str, key: uuid.UUID) -> None:
        """A list that is new is a version more, from its market's first day, or today: orders keep their version."""
        known = list(self._standing.prices.get(key, []))
        running = [each for each in self._founding.markets if each.ends_on >= self._today]
        for market in sorted(running, key=lambda each: each.starts_on):
            if market.prices is None:
                continue
            if any(each.data == market.prices for each in known):
                self.made.unchanged += 1
                continue
            first = max(market.starts_on, self._today)
            later = [each.valid_from for each in known if each.valid_from > first]
            if later:
                coming = f"une autre liste est déjà prévue pour le {day_text(max(later))}"
                rank = self._founding.markets.index(market) + 1
                self._refuse(f"[[markets]] n° {rank}, price_list", f"ne vaut plus pour le {what} : {coming}.")
                continue
            version = max((each.version for each in known), default=0) + 1
            values = {"valid_from": first, "reading": market.prices["default"], "data": market.prices}
            listed = f"liste de prix du {what}, version {version}, à partir du {day_text(first)}"
            self._write("price_lists", listed, {"cdg_id": key, "version": version}, values, None)
            known.append(KnownPrices(version, first, market.prices))
        if not known:
            self._note(f"Le {what} n’a pas de liste de prix : il partira de celle du CdG 62 (lot 2). Voyez price_list.")

    def _check_provider(self, path: str, row: FoundedProvider, found: Provider, named: Provider | None) -> None:
        if named is not None and named.id != found.id:
            self._refuse(f"{path}name", "est celui d’un prestataire qui a un autre SIRET. Donnez le nom de celui-ci.")
        resting = sum(each.resting for each in self._standing.markets if each.market.provider_id == found.id)
        if found.siret and found.siret[:9] != row.siret[:9] and resting:
            self._refuse(
                f"{path}siret",
                f"change de SIREN, alors que l’ancien ({found.siret[:9]}) a {_counted(resting, 'convention')}. "
                "Décrivez l’autre personne morale sous un autre nom.",
            )

    def _check_market(self, path: str, values: Values, found: KnownMarket) -> None:
        """Its days and provider stand in every convention that rests on it."""
        for name, advice in (
            ("starts_on", f"Remettez {found.market.starts_on.isoformat()}, ou décrivez à part un marché qui le suit."),
            ("ends_on", f"Remettez {found.market.ends_on.isoformat()}, et décrivez à part le marché qui suit."),
            ("provider_id", "Remettez son prestataire, ou décrivez à part le marché qui suit."),
        ):
            if values[name] != getattr(found.market, name):
                why = f"ne change plus, car ce marché a {_counted(found.resting, 'convention')}."
                self._refuse(path + name.removesuffix("_id"), f"{why} {advice}")

    def _check_calendar(self, kept: list[Market]) -> None:
        """Markets of one groupement never run side by side. `kept`: those that the file does not speak of."""
        days = [(each.starts_on, each.ends_on) for each in kept]
        for rank, row in enumerate(self._founding.markets, 1):
            for first, last in days:
                if row.starts_on <= last and first <= row.ends_on:
                    stands = f"celui du {day_text(first)} au {day_text(last)}"
                    self._refuse(
                        f"[[markets]] n° {rank}, starts_on",
                        f"fait courir deux marchés à la fois, avec {stands}. Un marché commence quand l’autre a fini.",
                    )
        for first, last in days:
            self._note(f"Le marché du {day_text(first)} au {day_text(last)} n’est pas dans le fichier : il reste.")
        runs = sorted([*days, *((each.starts_on, each.ends_on) for each in self._founding.markets)])
        for (_, last), (first, _) in pairwise(runs):
            if first > last + timedelta(1):
                self._note(f"Aucun marché ne court entre le {day_text(last)} et le {day_text(first)}.")
        if runs and runs[-1][1] < self._today:
            self._note(
                f"Le dernier marché est fini depuis le {day_text(runs[-1][1])} : aucune convention ne s’y conclut."
            )

    def _write(self, table: str, what: str, key: Values, values: Values, known: object | None) -> None:
        """Add the row, or the columns of it that differ."""
        if known is None:
            self.made.changes.append(Change(table, what, key, values))
            return
        stands = known if isinstance(known, Mapping) else {name: getattr(known, name) for name in values}
        before = {name: stands[name] for name in values if stands[name] != values[name]}
        if before:
            changed = {name: values[name] for name in before}
            self.made.changes.append(Change(table, what, key, changed, before))
        else:
            self.made.unchanged += 1

    def _refuse(self, key: str, text: str) -> None:
        self.made.wrong.append(Wrong(key, text))

    def _note(self, text: str) -> None:
        self.made.notes.append(text)


def _paired(rows: tuple[FoundedMarket, ...], known: list[Market]) -> dict[date, uuid.UUID]:
    """Which known market each row is, by the row's first day: the same first day, or the only one that it crosses."""
    first_days = {each.starts_on: each.id for each in known}
    same = {row.starts_on: first_days[row.starts_on] for row in rows if row.starts_on in first_days}
    left = [each for each in known if each.id not in same.values()]
    for row in rows:
        crossed = [each for each in left if row.starts_on <= each.ends_on and each.starts_on <= row.ends_on]
        if row.starts_on not in same and len(crossed) == 1:
            same[row.starts_on] = crossed[0].id
            left.remove(crossed[0])
    return same


def _counted(count: int, one: str) -> str:
    return f"{count} {one}" if count == 1 else f"{count} {one}s"


def _longer_than_four_years(market: FoundedMarket) -> bool:
    first, last = market.starts_on, market.ends_on
    return (last.year, last.month, last.day) >= (first.year + 4, first.month, first.day)
