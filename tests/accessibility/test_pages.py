"""Nothing to say about any page: axe (WCAG 2.0 and 2.1, A and AA), in light and dark, and what axe cannot see."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# The first page waits for the whole tour.
pytestmark = pytest.mark.timeout(900)

# In the order of the tour.
PAGES = [
    # portal
    "accueil",
    "accueil-erreur",
    "resultats-vides",
    "resultats",
    "a-qui-parler",
    "membre-inconnu",
    "affiche",
    "accessibilite",
    "portail-404",
    "portail-405",
    "membre",
    "avant",
    "ecoute",
    "question-erreur",
    "question-qualite",
    "question-actes",
    "question-principal",
    "question-criteres",
    "question-quand",
    "question-ou",
    "question-quoi",
    "question-qui",
    "question-danger",
    "verification",
    "verification-erreur",
    "verification-passages",
    "recepisse",
    "suivi",
    "suivi-erreur",
    "espace",
    "espace-erreur",
    "espace-message",
    "espace-fini",
    "nom-scelle",
    "nom",
    "nom-erreur",
    "adresse",
    "adresse-erreur",
    "adresse-laissee",
    "espace-ferme",
    "formulaire-expire",
    # offices
    "dossiers-vides",
    "connexion-manquee",
    "sans-habilitation",
    "relectures",
    "relecture",
    "relecture-erreur",
    "relectures-relus",
    "relecture-relue",
    "dossiers",
    "dossier",
    "dossier-en-charge",
    "identite",
    "identite-erreur",
    "dossier-identite-demandee",
    "identite-en-cours",
    "demande-judiciaire",
    "demande-judiciaire-bloc",
    "dossier-erreur",
    "dossier-clos",
    "dossiers-clos",
    "dossier-404",
    "dossiers-403",
    "dossiers-session-fermee",
    "deconnexion",
    # vault
    "coffre-accueil",
    "coffre-accords-vides",
    "coffre-cle-aucune",
    "coffre-cle",
    "coffre-cle-suivante",
    "coffre-accords",
    "coffre-accord",
    "coffre-ouverture",
    "coffre-identite",
    "coffre-refus",
    "coffre-accord-ouvert",
    "coffre-identifiez-vous",
    "coffre-journal",
    # requests
    "espace-demande",
    "demande",
    "demande-erreur",
    "demande-acceptee",
    "demande-reprise",
    # custodians
    "gardiens-vides",
    "ordre-nouveau",
    "ordre-erreurs",
    "ordre-refuse",
    "ordre",
    "ordre-attend",
    "ordre-signe",
    "ordre-resultat",
    "ordre-execute",
    "ordre-sans-nom",
    "ordre-nom",
    "gardiens",
    # lost passkeys
    "cle-perdue",
    "cle-code",
    "cle-perte-declaree",
    "cle-retrouvee",
    "cles-perdues",
    "cle-a-confirmer",
    "cle-a-confirmer-erreur",
    "cle-confirmer",
    "cles-perdues-confirmee",
    "cle-a-refaire",
    "cle-deux",
    "cle-retrait",
    # listeners
    "rappels-aucun",
    "rappel",
    "rappel-erreurs",
    "rappel-note",
    "rappels",
    "rappel-numero",
    "rappels-pris",
    "rappel-trop-tard",
    # conventions
    "adherents",
    "adherents-aucun",
    "equipe",
    "adherent-404",
    "commune",
    "commune-aucune",
    "commune-trouvee",
    "convention",
    "convention-erreurs",
    "convention-verifier",
    "adherent",
    "invitation",
    "invitation-refusee",
    "invitation-relier",
    "invitation-faite",
    "invitation-usee",
    "adherent-a-confirmer",
    "adherents-a-confirmer",
    "confirmer",
    "confirmer-refus",
    "inviter",
    "retirer",
    "adherent-retrait",
    "designer",
    "designer-erreurs",
    "pas-gestionnaire",
    # claims
    "espace-temoin",
    "personne-concernee",
    "code",
    "personne-concernee-encore",
    "reprendre",
    "reprendre-erreur",
    "reprise",
    "reprise-erreur",
    "reprise-faite",
    "reprendre-use",
    "espace-victime",
    "accord-donne",
    "accord-repris",
    # agreements
    "dossier-conseil",
    "sans-accord",
    "sans-accord-erreurs",
    "identite-conseil",
    "dossier-accord-a-verifier",
    "verifier-accord",
    "dossier-accord",
    "sans-accord-impossible",
    "oral",
    "oral-saisie",
    "oral-saisie-erreurs",
    "oral-relecture",
    "oral-code",
    "relecture-oral",
    "oral-perdu",
    # words
    "verification-connu",
    "verification-connu-erreur",
    "espace-connu",
    "demande-connue",
    "cle",
    "cle-erreur",
    "cle-prise",
    "cle-ancienne",
    "cle-contestee-erreur",
    "cle-contestee",
    "cle-ancienne-contestee",
    "espace-conteste",
    "reprise-orale",
    "reprise-orale-erreur",
    "reprise-orale-faite",
    "espace-oral",
    # figures
    "chiffres-mois",
    "chiffres-acte",
    "chiffres-taille",
    "chiffres-404",
    "chiffres-aucun",
    "base-absente",
    "connexion-indisponible",
]


@pytest.mark.parametrize("page", PAGES)
def test_everybody_can_use(inspected, page):
    assert inspected[page].findings == []


def test_no_page_was_forgotten(inspected):
    assert sorted(inspected) == sorted(PAGES)


def test_no_template_was_forgotten(inspected):
    """Pages are the templates that fill in the content; layouts and pieces do not."""
    folders = ("services/*/*/entrypoints/web/templates", "chassis/chassis/web/templates")
    templates = [file for folder in folders for file in ROOT.glob(f"{folder}/*.html")]
    pages = {
        f"{file.relative_to(ROOT).parts[1]}/{file.name}"
        for file in templates
        if "{% block content %}" in file.read_text()
    }
    assert {inspection.template for inspection in inspected.values()} == pages - {"chassis/base.html"}
