"""What the mails say: nothing that a neighbour, a preview or a mail archive could learn from.

No name, member, case, amount or reason; the same words to everybody for one kind, and a link.
"""

from dataclasses import dataclass, field
from urllib.parse import quote

from chassis.i18n import _
from notifications.domain.delivery import Delivery, Kind
from notifications.usecases.words import WORDS, Words


@dataclass(frozen=True, slots=True)
class Letter:
    """A subject and a plain text."""

    subject: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the links lead: the front pages of the referents' and of the managers' back offices; an invitation and a
    member's space, to which the token is added."""

    office: str
    invitation: str
    billing: str
    space: str


@dataclass(frozen=True, slots=True)
class Letters:
    """Writes the mails."""

    addresses: Addresses

    def write(self, delivery: Delivery) -> Letter:
        """The mail of a delivery."""
        if delivery.kind is Kind.ATTENTION:
            return self._attention()
        if delivery.kind is Kind.INVITATION:
            return self._invitation(delivery.token or "")
        return self._of_cdg(WORDS[delivery.kind], delivery.token)

    def _attention(self) -> Letter:
        paragraphs = [
            _("Bonjour,"),
            _("Une information vous attend dans votre espace de travail. Pour la lire, connectez-vous :"),
            self.addresses.office,
            _("Ce message ne dit rien de plus, volontairement. Il est envoyé automatiquement : n’y répondez pas."),
        ]
        return Letter(_("Une information vous attend"), _text(paragraphs))

    def _invitation(self, token: str) -> Letter:
        paragraphs = [
            _("Bonjour,"),
            _("Un accès à un espace de travail est prêt pour vous. Pour l’ouvrir, suivez ce lien et connectez-vous :"),
            _link(self.addresses.invitation, token),
            _("Ce lien est personnel, ne sert qu’une fois et cesse de fonctionner au bout de quelques jours."),
            _("Une seconde personne confirmera ensuite votre accès."),
            _("Si vous n’attendiez pas ce message, ne suivez pas le lien. N’y répondez pas : il est automatique."),
        ]
        return Letter(_("Votre accès à un espace de travail"), _text(paragraphs))

    def _of_cdg(self, words: Words, token: str | None) -> Letter:
        if token is None:
            way = [_("Pour en savoir plus, connectez-vous :"), self.addresses.billing]
        else:
            way = [
                _(words.invites),
                _link(self.addresses.space, token),
                _("Ce lien est personnel : il ouvre l’espace de votre collectivité pendant quelques semaines."),
            ]
        closing = _("Ce message ne dit rien de plus, volontairement. Il est envoyé automatiquement : n’y répondez pas.")
        said = [_(paragraph) for paragraph in words.says]
        return Letter(_(words.subject), _text([_("Bonjour,"), *said, *way, closing]))


def _link(address: str, token: str) -> str:
    return f"{address.rstrip('/')}/{quote(token, safe='')}"


def _text(paragraphs: list[str]) -> str:
    return "\n\n".join(paragraphs) + "\n"
