"""The managers' pages and the invitation, with what goes wrong on each."""

import re

from tests.accessibility.tour import Tour
from tests.support.conventions import Referent, fill_convention, invitation, one_day
from tests.support.visitor import DESKTOP, Visitor

COMMUNE = "Anzin-Saint-Aubin"
REFERENTS = (
    Referent("Stéphane Remplaçant", "Directeur", "stephane.remplacant@intercommunalite.example.org", "03 21 00 00 03"),
    Referent("Yaël Essayage", "Assistante de prévention", "yael.essayage@communes.example.org", "03 21 00 00 02"),
)

# One line that is good, one that is not.
LIST = (
    "SIREN;Nom;Type;Code INSEE;Correspondant;E-mail\n"
    "216200030;Acheville;commune;62003;Gaël Crayon;gael.crayon@communes.example.org\n"
    "216200031;Acheville;planète;62003;;\n"
)


def walk(tour: Tour) -> None:
    here = tour.arrive("gestion", DESKTOP)
    here.sign_in("billing", "gestion-1")
    lists(tour, here)
    parties(tour, here)
    recording(tour, here)
    invited(tour)
    confirming(tour, here)
    stranger(tour)


def lists(tour: Tour, here: Visitor) -> None:
    tour.stop(here, "adherents", "billing/members.html", "conventions en vigueur")
    here.go("billing", "/?q=zzz")
    tour.stop(here, "adherents-aucun", "billing/members.html", "0 adhérent")
    here.go("billing", "/equipe")
    tour.stop(here, "equipe", "billing/team.html", "Équipe")
    here.follow("Désigner une personne pour la première lecture")
    tour.stop(here, "equipe-designer", "billing/designate.html", "Organisme qui l’emploie")
    assert here.go("billing", "/membres/inconnu") == 404
    tour.stop(here, "adherent-404", "chassis/error.html", "Cette page n’existe pas")


def parties(tour: Tour, here: Visitor) -> None:
    """A list imported, a member's file, the groupement."""
    here.go("billing", "/groupement")
    tour.stop(here, "groupement", "billing/groupement.html", "Marché et prestataire")
    here.go("billing", "/membres/importer")
    here.press("Envoyer et vérifier")
    tour.stop(here, "importer-erreur", "billing/import_list.html", "Choisissez un fichier")
    file = {"name": "liste.csv", "mimeType": "text/csv", "buffer": LIST.encode()}
    here.page.set_input_files("#liste", files=[file])
    here.press("Envoyer et vérifier")
    tour.stop(here, "import-rapport", "billing/import_report.html", "1 organisme nouveau")
    here.press("Importer 1 ligne")
    tour.stop(here, "import-fait", "billing/import_report.html", "1 organisme ajouté")
    here.go("billing", "/?q=acheville")
    here.follow("Acheville")
    tour.stop(here, "adherent-sans-convention", "billing/member.html", "Sans convention")
    here.follow("Retirer le correspondant")
    tour.stop(here, "correspondant", "billing/correspondent_remove.html", "cessent de fonctionner")
    here.follow("Garder")
    here.follow("Modifier la fiche")
    tour.stop(here, "fiche", "billing/member_edit.html", "Domaines de messagerie")
    here.page.fill("#siret", "123")
    here.page.select_option("#kind", "professionals")
    here.press("Enregistrer")
    tour.stop(here, "fiche-erreurs", "billing/member_edit.html", "Le SIRET compte 14 chiffres")


def recording(tour: Tour, here: Visitor) -> None:
    page = here.page
    here.go("billing", "/conventions/nouvelle")
    tour.stop(here, "commune", "billing/find_commune.html", "Quelle commune a signé")
    here.go("billing", "/conventions/nouvelle?q=zzz")
    tour.stop(here, "commune-aucune", "billing/find_commune.html", "Aucune commune ne correspond")
    here.go("billing", f"/conventions/nouvelle?q={COMMUNE}")
    tour.stop(here, "commune-trouvee", "billing/find_commune.html", COMMUNE)
    here.follow(f"Choisir {COMMUNE}", exact=True)
    tour.stop(here, "convention", "billing/record_convention.html", "Premier référent")
    page.locator("label", has_text="Une personne que la convention désigne").click()
    here.press("Vérifier")
    tour.stop(here, "convention-erreurs", "billing/record_convention.html", "Indiquez la date de la délibération")
    page.locator("label", has_text="du centre de gestion").click()
    fill_convention(page, REFERENTS, one_day(), 63)
    here.press("Vérifier")
    tour.stop(here, "convention-verifier", "billing/check_convention.html", "Vérifiez avant d’enregistrer")
    here.press("Enregistrer la convention")
    tour.stop(here, "adherent", "billing/member.html", "La convention est enregistrée")


def invited(tour: Tour) -> None:
    """With the wrong account first, then with the right one, then once more."""
    link = invitation(tour.demo, REFERENTS[0].email)
    wrong = tour.arrive("mauvais-compte", DESKTOP)
    wrong.page.goto(link)
    tour.stop(wrong, "invitation", "billing/invitation.html", "Vous êtes invité")
    wrong.press("M’identifier")
    wrong.identify("referent-1")
    wrong.press("Relier ce compte")
    tour.stop(wrong, "invitation-refusee", "billing/invitation_review.html", "Ce compte ne peut pas être relié")
    right = tour.arrive("bon-compte", DESKTOP)
    right.page.goto(link)
    right.press("M’identifier")
    right.identify("remplacant-1")
    tour.stop(right, "invitation-relier", "billing/invitation_review.html", "Relier votre compte ?")
    right.press("Relier ce compte")
    tour.stop(right, "invitation-faite", "billing/invitation_done.html", "Votre compte est relié")
    right.page.goto(link)
    tour.stop(right, "invitation-usee", "billing/invitation_over.html", "Ce lien n’est plus valable")


def confirming(tour: Tour, here: Visitor) -> None:
    """Who recorded may not confirm; removes one, and designates another."""
    here.page.reload()
    tour.stop(here, "adherent-a-confirmer", "billing/member.html", "un collègue doit confirmer")
    colleague = tour.arrive("collegue", DESKTOP)
    colleague.sign_in("billing", "gestion-2")
    tour.stop(colleague, "adherents-a-confirmer", "billing/members.html", "À confirmer par une seconde personne")
    colleague.follow(re.compile("Vérifier et confirmer : Stéphane"))
    tour.stop(colleague, "confirmer", "billing/habilitation.html", "Confirmer Stéphane Remplaçant")
    member = here.path()
    here.go("billing", colleague.path())
    here.press("Confirmer")
    tour.stop(here, "confirmer-refus", "billing/habilitation.html", "Ce n’est pas possible")
    here.go("billing", member)
    here.follow("Inviter de nouveau : Yaël Essayage")
    tour.stop(here, "inviter", "billing/habilitation.html", "Inviter de nouveau")
    here.go("billing", member)
    here.follow("Retirer : Yaël Essayage")
    tour.stop(here, "retirer", "billing/habilitation.html", "Retirer Yaël Essayage")
    here.press("Retirer maintenant")
    tour.stop(here, "adherent-retrait", "billing/member.html", "La personne est retirée")
    here.follow("Désigner un référent")
    tour.stop(here, "designer", "billing/designate.html", "Désigner un référent")
    here.go("billing", f"{member}/designer/suppleant")
    here.press("Désigner et inviter")
    tour.stop(here, "designer-erreurs", "billing/designate.html", "Indiquez le prénom et le nom")


def stranger(tour: Tour) -> None:
    here = tour.arrive("pas-gestionnaire", DESKTOP)
    here.sign_in("billing", "referent-1")
    tour.stop(here, "pas-gestionnaire", "billing/not_a_manager.html", "réservées aux gestionnaires")
