"""A reporter who left an address gets a neutral mail, and nobody on the way knows both the report and the address."""

from tests.support import keeping, offices, stores
from tests.support.agent import Agent
from tests.support.marks import unique
from tests.support.staff import Colleague


def test_a_mail_says_only_that_something_waits(platform, visitor):
    agent = Agent(visitor("courrier-agent"))
    address = f"agent{unique()}@boite.example.net"
    offices.at_rest(platform)
    known = offices.cases(platform)
    words = file_with_address(agent, address)
    case = keeping.taken_in_charge(platform, offices.new_case(platform, known))
    with Colleague(platform.url("casework"), keeping.REFERENT) as referent:
        referent.write(f"/dossiers/{case}", "Pouvez-vous préciser la date ? Répondez ici, sans votre nom.")

    platform.until(lambda: [mail for mail in platform.mails if address in mail["To"]], within=90)
    mails = [mail for mail in platform.mails if address in mail["To"]]
    for mail in mails:
        said = f"{mail['Subject']} {mail['From']} {mail.get_body().get_content()}".lower()
        for word in ("signal", "harc", "date", "étaples", "dossier", "cdg", "référent", "récépissé", "paravent"):
            assert word not in said.replace(platform.url("intake"), "")

    for database in stores.SHARED:
        assert not stores.anywhere(platform, database, address)
    assert not stores.anywhere(platform, stores.VAULT, address)
    agent.open_space(words)
    assert agent.visitor.shows("Vous avez laissé une adresse")
    agent.visitor.picture("adresse-laissee")


def file_with_address(agent: Agent, address: str) -> str:
    agent.find_member(keeping.MEMBER)
    agent.begin()
    agent.answer(keeping.told())
    agent.stay_anonymous()
    agent.page.get_by_label("Adresse électronique où vous prévenir").fill("agent@mairie-etaples.example.org")
    agent.send()
    assert agent.page.get_by_role("alert").count()
    agent.visitor.picture("adresse-du-travail-refusee")
    agent.stay_anonymous()
    agent.page.get_by_label("Adresse électronique où vous prévenir").fill(address)
    agent.send()
    return agent.words()
