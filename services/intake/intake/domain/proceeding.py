"""May a witness's report go past first advice? What the person concerned decides, in words.

A witness's report is for advice until the presumed victim agrees in writing (CdG 62, rules of the scheme). The hash of
the sentence goes with the decision: what was shown is what was decided.
"""

AGREED, REFUSED, WITHDRAWN = "agreed", "refused", "withdrawn"

_SENTENCES = {
    AGREED: "J’accepte que le signalement qui me concerne ({member}) soit traité au-delà d’un premier conseil. "
    "Je peux reprendre cet accord quand je veux.",
    REFUSED: "Je refuse que le signalement qui me concerne ({member}) soit traité au-delà d’un premier conseil. "
    "Je peux changer d’avis quand je veux.",
    WITHDRAWN: "Je reprends mon accord : je ne veux plus que le signalement qui me concerne ({member}) soit traité "
    "au-delà d’un premier conseil.",
}
# What can follow: a yes can be taken back, anything else can become a yes.
_AFTER = {AGREED: WITHDRAWN, REFUSED: AGREED, WITHDRAWN: AGREED}


def sentence(decision: str, member_name: str) -> str:
    """The exact sentence that the page shows. Raises KeyError for an unknown decision."""
    return _SENTENCES[decision].format(member=member_name)


def following(decision: str) -> str:
    """The one decision that can follow this one. Raises KeyError for an unknown decision."""
    return _AFTER[decision]
