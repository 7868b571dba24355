"""Codes with which a person joins a case: the person whom a witness speaks of, and who reported orally."""

from tests.support import keeping, offices, stores
from tests.support.agent import Agent, Told, file_report
from tests.support.visitor import DESKTOP

SEEN = "Il a humilié ma collègue devant tout l’atelier."
SPOKEN = "On m’a dit de me taire si je voulais garder mon poste."


def open_code(agent: Agent, words: str) -> None:
    agent.visitor.go("intake", "/reprendre")
    agent.page.get_by_label("Les huit mots du code").fill(words)
    agent.press("Ouvrir")


def code_of(agent: Agent, words: str) -> str:
    """The code that a witness hands over."""
    agent.open_space(words)
    agent.visitor.follow("Remettre un code à la personne concernée")
    agent.press("Tirer un code")
    agent.visitor.picture("code")
    return agent.words()


def test_a_witness_case_goes_on_once_the_person_concerned_agrees_and_somebody_checked(platform, visitor):
    offices.at_rest(platform)
    known = offices.cases(platform)
    witness, concerned = Agent(visitor("accord-temoin")), Agent(visitor("accord-concernee", scripts=False))
    words = file_report(witness.visitor, Told(keeping.MEMBER, ["Menaces"], SEEN, quality="Je suis témoin"))
    case = keeping.taken_in_charge(platform, offices.new_case(platform, known))
    referent = visitor("accord-referent", DESKTOP)
    referent.sign_in("casework", keeping.REFERENT)
    referent.go("casework", f"/dossiers/{case}")
    assert referent.shows("Avis et conseil seulement")
    referent.follow("Demander l’identité")
    assert not referent.shows("Mener une enquête administrative")

    open_code(concerned, code_of(witness, words))
    assert not concerned.visitor.shows(SEEN)
    concerned.choose("J’accepte")
    concerned.stay_anonymous()
    concerned.press("Envoyer ma réponse")
    own_words = concerned.words()
    concerned.open_space(own_words)
    concerned.write("Appelez-moi plutôt le soir.")

    referent.go("casework", f"/dossiers/{case}")
    referent.wait_for("Une personne a donné son accord")
    referent.wait_for("Appelez-moi plutôt le soir.")
    referent.picture("accord-a-verifier")
    referent.page.get_by_label("Votre message à la personne concernée").fill("Je vous appelle demain à 18 heures.")
    referent.page.locator(".voice").get_by_role("button", name="Envoyer").click()
    referent.wait_for("Je vous appelle demain à 18 heures.")
    referent.follow("Vérifier son accord")
    referent.picture("verification")
    referent.press("C’est elle, et elle est d’accord")
    assert referent.shows("La personne concernée est d’accord")
    referent.picture("accord-verifie")
    referent.follow("Demander l’identité")
    assert referent.shows("Mener une enquête administrative")

    concerned.visitor.go("intake", "/suivi/espace")
    concerned.open_space(own_words)
    concerned.visitor.wait_for("Je vous appelle demain à 18 heures.")
    concerned.visitor.wait_for("vérifié")
    concerned.visitor.picture("espace")
    assert not concerned.visitor.shows(SEEN)
    witness.open_space(words)
    witness.visitor.wait_for("vérifié")
    assert not witness.visitor.shows("18 heures")
    assert not witness.visitor.shows("le soir")

    concerned.visitor.follow("Voir ou changer ma réponse")
    concerned.press("Je reprends mon accord")
    referent.go("casework", f"/dossiers/{case}")
    referent.wait_for("Avis et conseil seulement")
    assert referent.shows("Accord retiré")
    referent.picture("accord-retire")


def test_who_reported_orally_takes_the_report_with_the_code_and_is_answered(platform, visitor):
    offices.at_rest(platform)
    known = offices.cases(platform)
    screener = visitor("oral-ecran", DESKTOP)
    screener.sign_in("casework", "ecran-1", "/dossiers/oral")
    screener.page.get_by_label("Nom de la collectivité").fill(keeping.MEMBER)
    screener.press("Chercher")
    screener.follow(keeping.MEMBER)
    for label in ("Elle est concernée elle-même", "Menace", "La hiérarchie"):
        screener.choose(label)
    screener.page.get_by_label("Ce qui est dit").fill(SPOKEN)
    screener.press("Relire avec la personne")
    screener.picture("relecture")
    screener.press("Envoyer et obtenir le code")
    screener.picture("code")
    code = " ".join(screener.page.locator(".receipt li").all_inner_texts())
    case = offices.new_case(platform, known)
    screener.go("casework", f"/relecture/{case}")
    assert screener.shows("Vous ne pouvez pas encore écrire à cette personne")

    platform.until(lambda: stores.count(platform, "intake", "SELECT count(*) FROM claims"))
    reporter = Agent(visitor("oral-agent", scripts=False))
    open_code(reporter, code)
    assert reporter.visitor.shows(SPOKEN)
    reporter.visitor.picture("relire")
    reporter.choose("C’est bien ce que j’ai dit")
    reporter.stay_anonymous()
    reporter.press("Envoyer ma réponse")
    words = reporter.words()
    reporter.open_space(words)
    reporter.write("J’ajoute une date : le 3 novembre.")

    screener.wait_for("J’ajoute une date : le 3 novembre.")
    screener.page.get_by_label("Votre message à l’auteur du signalement").fill("Merci, c’est noté.")
    screener.page.get_by_role("button", name="Envoyer", exact=True).click()
    screener.wait_for("Merci, c’est noté.")
    screener.picture("echanges")
    reporter.visitor.wait_for("Merci, c’est noté.")
    reporter.visitor.picture("espace")
    open_code(reporter, code)
    assert reporter.visitor.shows("Pourquoi un code n’ouvre rien")
