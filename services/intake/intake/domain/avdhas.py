"""The questionnaire of the AVDHAS scheme: violence, discrimination, harassment and sexist acts (CGFP, art. L135-6).

The codes are those of `paravent.intake.v1.Answers`. A change of wording or of order is a new version.
"""

from intake.domain.questionnaire import Answers, Choice, Kind, Question, Questionnaire, Step

VERSION = "avdhas-2026-1"

QUALITIES = (
    Choice("victim", "Je suis la personne concernée", "Vous avez subi les faits, ou pensez les avoir subis."),
    Choice("witness", "Je suis témoin", "Vous avez vu, entendu ou appris des faits qui touchent quelqu’un d’autre."),
)

# CGFP, art. L135-6; definitions: CGFP, art. L131-3, L133-1, L133-2; code pénal, art. 222-33-2.
ACTS = (
    Choice(
        "HARCELEMENT_MORAL",
        "Harcèlement moral",
        "Des agissements répétés qui dégradent les conditions de travail et peuvent porter atteinte aux droits, "
        "à la dignité, à la santé ou à l’avenir professionnel.",
    ),
    Choice(
        "HARCELEMENT_SEXUEL",
        "Harcèlement sexuel",
        "Des propos ou comportements à connotation sexuelle ou sexiste, répétés et imposés ; ou une pression grave, "
        "même une seule fois, pour obtenir un acte sexuel.",
    ),
    Choice(
        "AGISSEMENT_SEXISTE",
        "Agissement sexiste",
        "Un acte lié au sexe d’une personne, qui porte atteinte à sa dignité ou crée une ambiance hostile, "
        "humiliante ou offensante. Une remarque ou une « blague » peut suffire.",
    ),
    Choice(
        "DISCRIMINATION",
        "Discrimination",
        "Être moins bien traité·e pour une raison que la loi interdit : origine, grossesse, handicap, âge, "
        "engagement syndical…",
    ),
    Choice("VIOLENCE", "Violence", "Une contrainte ou un geste qui fait du mal, ou une agression verbale."),
    Choice(
        "ATTEINTE_PHYSIQUE",
        "Atteinte volontaire à l’intégrité physique",
        "Des coups, des blessures, une agression, y compris sexuelle.",
    ),
    Choice("MENACE", "Menaces", "Quelqu’un a dit, écrit ou montré qu’il voulait faire du mal."),
    Choice(
        "INTIMIDATION",
        "Intimidation",
        "Des pressions pour faire peur, faire taire ou empêcher d’agir, y compris après un premier signalement.",
    ),
)

# Code pénal, art. 225-1.
CRITERIA = (
    Choice("ORIGINE", "L’origine"),
    Choice("SEXE", "Le sexe"),
    Choice("GROSSESSE", "La grossesse"),
    Choice("SITUATION_FAMILLE", "La situation de famille"),
    Choice("AGE", "L’âge"),
    Choice("ETAT_SANTE", "L’état de santé"),
    Choice("HANDICAP", "Le handicap"),
    Choice("PERTE_AUTONOMIE", "La perte d’autonomie"),
    Choice("CARACTERISTIQUES_GENETIQUES", "Les caractéristiques génétiques"),
    Choice("APPARENCE_PHYSIQUE", "L’apparence physique"),
    Choice("ORIENTATION_SEXUELLE", "L’orientation sexuelle"),
    Choice("IDENTITE_GENRE", "L’identité de genre"),
    Choice("MOEURS", "Les mœurs"),
    Choice("OPINIONS_POLITIQUES", "Les opinions politiques ou philosophiques"),
    Choice("ACTIVITES_SYNDICALES", "Les activités syndicales ou mutualistes"),
    Choice("RELIGION", "La religion, vraie ou supposée"),
    Choice("APPARTENANCE", "L’appartenance, vraie ou supposée, à une ethnie, une nation ou une prétendue race"),
    Choice("PATRONYME", "Le nom de famille"),
    Choice("LIEU_RESIDENCE", "Le lieu de résidence"),
    Choice("VULNERABILITE_ECONOMIQUE", "La situation économique difficile, apparente ou connue"),
    Choice("LANGUE", "La capacité à s’exprimer dans une autre langue que le français"),
    Choice("LANCEUR_ALERTE", "Le fait d’avoir lancé une alerte, d’y avoir aidé ou d’être proche d’une telle personne"),
)

# Convention, art. 5.
_TO_THE_CDG = "Votre signalement ira à des référents du Centre de gestion, et à personne de votre collectivité."

IMPLICATED = (
    Choice("HIERARCHIE", "Un·e supérieur·e hiérarchique"),
    Choice("COLLEGUE", "Un·e collègue"),
    Choice(
        "AUTORITE_TERRITORIALE",
        "Le maire, la maire, le président ou la présidente",
        _TO_THE_CDG,
    ),
    Choice("DGS", "La direction générale des services", _TO_THE_CDG),
    Choice("SECRETAIRE_GENERAL", "Le ou la secrétaire général·e de mairie", _TO_THE_CDG),
    Choice("ELU", "Un·e autre élu·e"),
    Choice(
        "REFERENT",
        "Le ou la référent·e signalement de la collectivité",
        "Cette personne ne verra pas votre signalement.",
    ),
    Choice("USAGER", "Un·e usager·ère"),
    Choice("PRESTATAIRE", "Une personne d’une entreprise ou d’un organisme extérieur"),
    Choice("CDG", "Une personne du Centre de gestion"),
    Choice("AUTRE", "Quelqu’un d’autre, ou je ne sais pas"),
)

YES_NO = (
    Choice("no", "Non"),
    Choice("yes", "Oui", "Votre signalement part tout de suite."),
)


def _discriminated(answers: Answers) -> bool:
    return "DISCRIMINATION" in answers.get("acts", ())


def _several_acts(answers: Answers) -> bool:
    return len(answers.get("acts", ())) > 1


AVDHAS = Questionnaire(
    regime="avdhas",
    version=VERSION,
    steps=(
        Step(
            "qualite",
            "Votre place dans ce qui s’est passé",
            (
                Question(
                    "quality",
                    Kind.ONE,
                    "Vous êtes…",
                    choices=QUALITIES,
                    missing="Dites si vous êtes la personne concernée ou témoin.",
                ),
            ),
            intro=(
                "Si vous êtes témoin, vous recevrez un premier conseil. Pour aller plus loin, il faudra en principe "
                "l’accord écrit de la personne concernée.",
            ),
        ),
        Step(
            "actes",
            "Ce qui s’est passé",
            (
                Question(
                    "acts",
                    Kind.MANY,
                    "De quoi s’agit-il ?",
                    hint="Cochez tout ce qui vous semble correspondre. Une approximation suffit : qualifier les faits "
                    "est le travail de la personne qui vous lira.",
                    choices=ACTS,
                    missing="Cochez au moins une réponse. Si vous hésitez, prenez la plus proche.",
                ),
            ),
        ),
        Step(
            "principal",
            "Le plus important",
            (
                Question(
                    "main_act",
                    Kind.ONE,
                    "Parmi ce que vous avez coché, qu’est-ce qui pèse le plus ?",
                    choices=ACTS,
                    among="acts",
                    missing="Choisissez ce qui pèse le plus pour vous aujourd’hui.",
                ),
            ),
            asked=_several_acts,
        ),
        Step(
            "criteres",
            "La discrimination",
            (
                Question(
                    "criteria",
                    Kind.MANY,
                    "À quoi cette discrimination tient-elle, selon vous ?",
                    hint="Vous pouvez en cocher plusieurs, ou aucune si vous ne savez pas.",
                    choices=CRITERIA,
                ),
            ),
            asked=_discriminated,
        ),
        Step(
            "quand",
            "Quand",
            (
                Question(
                    "when",
                    Kind.TEXT,
                    "Quand cela s’est-il passé ?",
                    hint="Une date, une période, « depuis le printemps », « chaque lundi »… Vous pouvez laisser vide.",
                    longest=1000,
                ),
            ),
        ),
        Step(
            "ou",
            "Où",
            (
                Question(
                    "where",
                    Kind.TEXT,
                    "Où cela s’est-il passé ?",
                    hint="Un service, un lieu, un véhicule, une messagerie… Vous pouvez laisser vide. Un lieu très "
                    "précis peut permettre de deviner qui vous êtes.",
                    longest=1000,
                ),
            ),
        ),
        Step(
            "quoi",
            "Les faits",
            (
                Question(
                    "what",
                    Kind.TEXT,
                    "Racontez avec vos mots",
                    hint="Ce qui a été fait ou dit, par qui, devant qui, ce que cela vous fait. Dans le désordre si "
                    "c’est plus simple. Évitez votre propre nom : vous pourrez le confier à part, scellé, à la "
                    "dernière page.",
                    missing="Écrivez quelques mots sur ce qui s’est passé. Une phrase suffit pour commencer.",
                    longest=20_000,
                ),
            ),
        ),
        Step(
            "qui",
            "Les personnes en cause",
            (
                Question(
                    "implicated",
                    Kind.MANY,
                    "Qui est en cause ?",
                    hint="Cette réponse décide qui ne verra jamais votre signalement : une personne en cause n’y a "
                    "pas accès.",
                    choices=IMPLICATED,
                    missing="Cochez au moins une réponse ; « je ne sais pas » en est une.",
                ),
                Question(
                    "implicated_details",
                    Kind.TEXT,
                    "Si vous le souhaitez, précisez de qui il s’agit",
                    hint="Nom, fonction, ou simplement ce qui permet de comprendre.",
                    longest=4000,
                ),
            ),
        ),
        Step(
            "danger",
            "Le danger",
            (
                Question(
                    "danger",
                    Kind.ONE,
                    "Quelqu’un est-il en danger en ce moment ?",
                    hint="Vous, ou une autre personne.",
                    choices=YES_NO,
                    missing="Répondez oui ou non.",
                ),
            ),
            intro=(
                "En cas d’urgence, appelez le 17 (police, gendarmerie) ou le 112. Si vous ne pouvez pas parler, "
                "écrivez un SMS au 114.",
                "D’ordinaire, les signalements attendent et partent ensemble à heures fixes : personne ne peut deviner "
                "à quelle heure le vôtre a été écrit. Si vous répondez oui, il part tout de suite. Les personnes qui "
                "le reçoivent sauront alors à quelle heure il a été envoyé.",
            ),
        ),
    ),
)
