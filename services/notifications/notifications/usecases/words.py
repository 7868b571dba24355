"""The words of a CdG's letters: what each kind asks, and nothing of whom, how much or why.

French, translated as a mail is written.
"""

from dataclasses import dataclass

from notifications.domain.delivery import Kind


@dataclass(frozen=True, slots=True)
class Words:
    """`says`: paragraphs; `invites`: what stands before the link to the member's space."""

    subject: str
    says: tuple[str, ...]
    invites: str


WORDS = {
    Kind.CALL: Words(
        "Effectif de votre collectivité : votre déclaration est attendue",
        ("Le centre de gestion vous demande de déclarer l’effectif de votre collectivité pour l’appel de l’année.",),
        "Pour le déclarer, suivez ce lien :",
    ),
    Kind.CALL_REMINDER: Words(
        "Rappel : effectif de votre collectivité à déclarer",
        (
            "Le centre de gestion n’a pas encore reçu la déclaration d’effectif de votre collectivité.",
            "Si vous venez de l’envoyer, ne tenez pas compte de ce rappel.",
        ),
        "Pour le déclarer, suivez ce lien :",
    ),
    Kind.INVOICE: Words(
        "Un document comptable est disponible",
        ("Le centre de gestion a émis une facture ou un avoir pour votre collectivité.",),
        "Pour consulter et télécharger ce document, suivez ce lien :",
    ),
    Kind.PAYMENT_REMINDER: Words(
        "Rappel : un règlement est attendu",
        (
            "Sauf erreur, le centre de gestion n’a pas encore enregistré un règlement de votre collectivité.",
            "Si le mandat vient de partir, ne tenez pas compte de ce rappel.",
        ),
        "Pour voir ce qui reste à régler, suivez ce lien :",
    ),
    Kind.CONFIRM_REFERENTS: Words(
        "Vérification annuelle des personnes désignées",
        (
            "Une fois par an, le centre de gestion vous demande si les personnes désignées par votre collectivité "
            "sont toujours les bonnes.",
        ),
        "Pour les vérifier, suivez ce lien :",
    ),
    Kind.REFERENT_DESIGNATED: Words(
        "Une nouvelle désignation a été enregistrée",
        (
            "Une personne vient d’être désignée.",
            "Si cette désignation vous surprend, prévenez sans attendre le centre de gestion.",
        ),
        "Pour voir qui et à partir de quand, suivez ce lien :",
    ),
    Kind.CONVENTION: Words(
        "Une convention vous attend",
        ("Le centre de gestion a préparé une convention pour votre collectivité.",),
        "Pour la lire et suivre les étapes de sa signature, suivez ce lien :",
    ),
    Kind.QUOTE: Words(
        "Un devis attend votre réponse",
        ("Le centre de gestion a transmis un devis à votre collectivité.",),
        "Pour le lire et y répondre, suivez ce lien :",
    ),
}
