"""The offices' side of codes: a witness's case until somebody checked who agreed; a report taken down from speech."""

from tests.accessibility.tour import Tour
from tests.support import keeping, offices
from tests.support.agent import Agent, Told, file_report
from tests.support.visitor import DESKTOP, PHONE, Visitor

TOLD = Told(keeping.MEMBER, ["Menaces"], "Il a menacé une collègue devant nous.", quality="Je suis témoin")


def walk(tour: Tour) -> None:
    offices.at_rest(tour.demo)
    known = offices.cases(tour.demo)
    witness = Agent(tour.arrive("temoin-du-dossier", PHONE))
    words = file_report(witness.visitor, TOLD)
    case = keeping.taken_in_charge(tour.demo, offices.new_case(tour.demo, known))
    referent = tour.arrive("referent-du-temoin", DESKTOP)
    first_advice(tour, referent, case)
    somebody_joins(tour, witness, words)
    checked(tour, referent, case)
    spoken(tour)


def first_advice(tour: Tour, here: Visitor, case: str) -> None:
    here.sign_in("casework", keeping.REFERENT)
    here.go("casework", f"/dossiers/{case}")
    tour.stop(here, "dossier-conseil", "casework/dossier.html", "Avis et conseil seulement")
    here.follow("Danger ou dénonciation : poursuivre sans accord")
    tour.stop(here, "sans-accord", "casework/sans_accord.html", "Ce motif sera lu")
    here.press("Décider et envoyer le motif")
    tour.stop(here, "sans-accord-erreurs", "casework/sans_accord.html", "2 réponses sont à revoir")
    here.go("casework", f"/dossiers/{case}/identite")
    tour.stop(here, "identite-conseil", "casework/identite.html", "rencontrer ou accompagner le témoin")


def somebody_joins(tour: Tour, witness: Agent, words: str) -> None:
    witness.open_space(words)
    witness.visitor.follow("Remettre un code à la personne concernée")
    witness.press("Tirer un code")
    concerned = Agent(tour.arrive("concernee-du-dossier", PHONE))
    concerned.visitor.go("intake", "/reprendre")
    concerned.page.get_by_label("Les huit mots du code").fill(witness.words())
    concerned.press("Ouvrir")
    concerned.choose("J’accepte")
    concerned.stay_anonymous()
    concerned.press("Envoyer ma réponse")


def checked(tour: Tour, here: Visitor, case: str) -> None:
    here.go("casework", f"/dossiers/{case}")
    here.wait_for("Une personne a donné son accord")
    tour.stop(here, "dossier-accord-a-verifier", "casework/dossier.html", "Accord donné, à vérifier")
    here.follow("Vérifier son accord")
    tour.stop(here, "verifier-accord", "casework/verification.html", "Avant de répondre")
    here.press("C’est elle, et elle est d’accord")
    tour.stop(here, "dossier-accord", "casework/dossier.html", "La personne concernée est d’accord")
    here.go("casework", f"/dossiers/{case}/sans-accord")
    tour.stop(here, "sans-accord-impossible", "casework/sans_accord.html", "Ce n’est pas possible pour ce dossier")


def spoken(tour: Tour) -> None:
    known = offices.cases(tour.demo)
    here = tour.arrive("ecran-oral", DESKTOP)
    here.sign_in("casework", "ecran-1", "/dossiers/oral")
    tour.stop(here, "oral", "casework/oral.html", "À dire avant de commencer")
    here.page.get_by_label("Nom de la collectivité").fill(keeping.MEMBER)
    here.press("Chercher")
    here.follow(keeping.MEMBER)
    tour.stop(here, "oral-saisie", "casework/oral_saisie.html", "Pas de nom, et c’est voulu")
    here.press("Relire avec la personne")
    tour.stop(here, "oral-saisie-erreurs", "casework/oral_saisie.html", "4 réponses sont à revoir")
    for label in ("Elle est concernée elle-même", "Menace", "La hiérarchie"):
        here.choose(label)
    here.page.get_by_label("Ce qui est dit").fill("On m’a dit de me taire.")
    here.press("Relire avec la personne")
    tour.stop(here, "oral-relecture", "casework/oral_relecture.html", "Un nom s’y est-il glissé ?")
    here.press("Envoyer et obtenir le code")
    tour.stop(here, "oral-code", "casework/oral_code.html", "Voici le code de la personne")
    here.go("casework", f"/relecture/{offices.new_case(tour.demo, known)}")
    tour.stop(here, "relecture-oral", "casework/relecture.html", "Vous ne pouvez pas encore écrire à cette personne")
    here.go("casework", f"/dossiers/oral?q={keeping.MEMBER}")
    here.follow(keeping.MEMBER)
    here.page.locator('input[name="etat"]').evaluate("e => { e.value = 'x'; }")
    here.press("Relire avec la personne")
    tour.stop(here, "oral-perdu", "casework/oral_perdu.html", "Cette page a expiré")
