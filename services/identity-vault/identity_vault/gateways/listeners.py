"""ID tokens of listeners, checked by the courier itself against the identity provider."""

from datetime import datetime

from chassis.idtokens import BadIdToken, IdTokens, ProviderUnavailable
from identity_vault.usecases.calling import NotAListener


class ListenerTokens:
    """`tokens`: checks those that one issuer makes for identity-vault's pages."""

    def __init__(self, tokens: IdTokens) -> None:
        self._tokens = tokens

    def subject(self, id_token: str, now: datetime) -> tuple[str, str]:
        """(issuer, subject). Raises NotAListener, also while the provider is away: it fails closed."""
        try:
            who = self._tokens.check(id_token, now)
        except (BadIdToken, ProviderUnavailable):
            raise NotAListener from None
        return who.issuer, who.subject
