"""What the mails say: nothing that a neighbour, a preview or a mail archive could learn from.

No name, member, case or reason; the same words whatever happened, and a link to a front page behind a sign-in.
"""

from dataclasses import dataclass, field
from urllib.parse import quote

from chassis.i18n import _
from notifications.domain.delivery import Delivery


@dataclass(frozen=True, slots=True)
class Letter:
    """A subject and a plain text."""

    subject: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Letters:
    """Writes the mails. `office`: address of the back office's front page; `invitation`: of the invitation page."""

    office: str
    invitation: str

    def write(self, delivery: Delivery) -> Letter:
        """The mail of an attention, or of an invitation."""
        if delivery.token is not None:
            return self._invitation(delivery.token)
        return self._attention()

    def _attention(self) -> Letter:
        paragraphs = [
            _("Bonjour,"),
            _("Une information vous attend dans votre espace de travail. Pour la lire, connectez-vous :"),
            self.office,
            _("Ce message ne dit rien de plus, volontairement. Il est envoyé automatiquement : n’y répondez pas."),
        ]
        return Letter(_("Une information vous attend"), _text(paragraphs))

    def _invitation(self, token: str) -> Letter:
        paragraphs = [
            _("Bonjour,"),
            _("Un accès à un espace de travail est prêt pour vous. Pour l’ouvrir, suivez ce lien et connectez-vous :"),
            f"{self.invitation.rstrip('/')}/{quote(token, safe='')}",
            _("Ce lien est personnel, ne sert qu’une fois et cesse de fonctionner au bout de quelques jours."),
            _("Une seconde personne confirmera ensuite votre accès."),
            _("Si vous n’attendiez pas ce message, ne suivez pas le lien. N’y répondez pas : il est automatique."),
        ]
        return Letter(_("Votre accès à un espace de travail"), _text(paragraphs))


def _text(paragraphs: list[str]) -> str:
    return "\n\n".join(paragraphs) + "\n"
