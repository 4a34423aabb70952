"""What is written beside the scores of the demo journal: Dutch and English texts, and which of them belong where."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import Role

Words = tuple[str, str]
"""The same in Dutch and in English."""

REMARKS: Mapping[int, Words] = MappingProxyType(
    {
        0: ("Eerste keer; vooral nieuwsgierig waar ik sta.", "First time; mostly curious about where I stand."),
        2: (
            "Onderweg ingevuld en niet afgekregen; van de laatste onderdelen alleen het begin.",
            "Filled in on the train and not finished; only the beginning of the last parts.",
        ),
        4: (
            "Na de tweedaagse training motiverende gespreksvoering.",
            "After the two-day training in motivational interviewing.",
        ),
        9: (
            "Voor het jaargesprek; de regie nemen in overleg wil ik bespreken.",
            "For the annual appraisal; I want to talk about taking the lead in meetings.",
        ),
    }
)
WINTER_REMARK: Words = (
    "Drukke winter: veel zieke collega's, weinig tijd om terug te kijken.",
    "A busy winter: many colleagues ill, little time to look back.",
)
RATER_REMARKS: Mapping[tuple[Role, int], Words] = MappingProxyType(
    {
        ("client", 5): ("Er werd goed naar ons geluisterd.", "We felt we were listened to."),
        ("client", 9): (
            "Fijn dat wij zelf konden kiezen waar we mee begonnen.",
            "Good that we could choose where to begin.",
        ),
        ("manager", 9): (
            "Mooie groei in gesprekken; in overleg met partners mag je meer het voortouw nemen.",
            "Fine growth in your talks; in meetings with partners you may take the lead more.",
        ),
    }
)
"""What others remark, around one's own visit of this number."""

WINTER: Mapping[str, Words] = MappingProxyType(
    {
        "uitvoering-volgen": (
            "Afspraken om terug te bellen schoten er deze winter vaak bij in.",
            "Calling back as agreed often fell through this winter.",
        ),
        "plan-bijstellen": (
            "Evaluaties steeds doorgeschoven naar het volgende consult.",
            "Kept putting reviews off to the next visit.",
        ),
    }
)

NOTES: tuple[Mapping[str, Words], ...] = (
    {
        "motiverend-inzetten": (
            "Val snel terug in adviseren; zou hier graag scholing in volgen.",
            "I soon fall back on giving advice; would like training in this.",
        ),
        "signalen-bespreken": (
            "Vind het spannend om zorgen te noemen bij een eerste contact.",
            "I find it daunting to voice concerns at a first visit.",
        ),
        "samenvatten": (
            "Lastig gesprek met vader over schermtijd; volgende keer eerst samenvatten.",
            "Difficult talk with a father about screen time; next time summarise first.",
        ),
        "sociale-kaart": (
            "Ken de wijk nog niet goed; overzicht van het aanbod opvragen bij het wijkteam.",
            "Don't know the neighbourhood well yet; ask the local team for an overview.",
        ),
        "rondetafel-leiden": ("Nog niet mee te maken gehad.", "Haven't come across this yet."),
    },
    {
        "reflecties": (
            "Stel vooral vragen; tip van een collega om vaker terug te geven wat ik hoor.",
            "I mostly ask questions; a colleague's tip is to give back what I hear more often.",
        ),
        "veiligheid-instrument": (
            "Twijfel wanneer ik het instrument erbij pak; ingebracht in intervisie.",
            "Unsure when to reach for the instrument; brought it up in peer supervision.",
        ),
        "sociale-kaart": (
            "Kennisgemaakt met het wijkteam en de peuteropvang.",
            "Met the local team and the playgroup.",
        ),
        "dossier": (
            "Loop achter met registreren; vast moment aan het eind van de dag gepland.",
            "Behind with my records; planned a fixed moment at the end of the day.",
        ),
    },
    {
        "inleven": (
            "Bij ouders met een heel andere achtergrond meer vragen en minder zelf invullen.",
            "With parents of a very different background: ask more, assume less.",
        ),
        "kinderen-in-beeld": (
            "Twee gezinnen verhuisd zonder bericht; overdracht nagebeld.",
            "Two families moved without notice; phoned to complete the handover.",
        ),
        "open-vragen": (
            "Als het spreekuur uitloopt worden mijn vragen gesloten.",
            "When the clinic runs late my questions become closed ones.",
        ),
    },
    {
        "motiverend-kennis": (
            "Ingeschreven voor de tweedaagse training.",
            "Signed up for the two-day training.",
        ),
        "ambivalentie": (
            "Moeder wilde wel en niet stoppen met de nachtfles; ik ging overtuigen in plaats van verkennen.",
            "Mother was in two minds about the night bottle; I argued instead of exploring.",
        ),
        "verwijzing": (
            "Met de jeugdarts overlegd over een taalachterstand; verwijzen was terecht.",
            "Discussed a language delay with the doctor; referring was right.",
        ),
        "bemoeizorg": (
            "Samen met een collega op huisbezoek geweest; veel van haar rust geleerd.",
            "Went on a home visit with a colleague; learned a lot from how calm she stays.",
        ),
        "zelfredzaamheid-toekomst": (
            "Vergeet vaak vooruit te kijken naar de volgende fase.",
            "I often forget to look ahead to the next stage.",
        ),
    },
    {
        "motiverend-inzetten": (
            "Schaalvraag gebruikt bij bewegen; ouders noemden zelf een eerste stap.",
            "Used a scaling question about exercise; the parents named a first step themselves.",
        ),
        "reflecties": (
            "Oefen bij elk consult met minstens twee reflecties.",
            "Practising at least two reflections at every visit.",
        ),
        "samenvatten": (
            "Eerst samengevat voor ik iets aanbood; vader kwam daarna zelf met een idee.",
            "Summarised before offering anything; the father then had an idea of his own.",
        ),
        "ambivalentie": (
            "Voor en tegen samen opschrijven werkt goed bij slaapproblemen.",
            "Writing down the pros and cons together works well for sleep problems.",
        ),
        "stagnatie-onderkennen": (
            "Had pas laat door dat niemand het gezin nog sprak.",
            "Noticed only late that nobody was in touch with the family any more.",
        ),
    },
    {
        "signalen-bespreken": (
            "Zorgen over de taal in het eerste gesprek benoemd; moeder was opgelucht.",
            "Voiced concerns about speech at the first visit; the mother was relieved.",
        ),
        "eigen-netwerk": (
            "Oma bleek een dag te kunnen oppassen; vraag hier nu altijd naar.",
            "It turned out that a grandmother could help for a day; I always ask now.",
        ),
        "plan-van-aanpak": (
            "Plan in de woorden van de ouders geschreven, één doel tegelijk.",
            "Wrote the plan in the parents' own words, one goal at a time.",
        ),
        "samenwerking-volgen": (
            "Voor het eerst zelf de lijnen tussen school en wijkteam bijgehouden.",
            "Kept track of school and local team myself for the first time.",
        ),
    },
    {
        "niet-pluisgevoel": (
            "Besproken met de aandachtsfunctionaris en samen de stappen van de meldcode doorlopen.",
            "Discussed with the child protection lead; went through the steps together.",
        ),
        "oplossingsgericht-toepassen": (
            "De wondervraag voelt nog gekunsteld; vragen naar uitzonderingen gaat beter.",
            "The miracle question still feels contrived; asking for exceptions goes better.",
        ),
        "opschalingmodel": (
            "Scholing gevolgd; kaartje met de stappen ligt op mijn bureau.",
            "Followed a course; a card with the steps is on my desk.",
        ),
        "kwaliteit-tevredenheid": (
            "Vraag nu aan het eind wat het gesprek heeft opgeleverd.",
            "I now ask at the end what the talk has brought them.",
        ),
    },
    {
        "vertrouwensrelatie": (
            "Kleine afspraken nakomen helpt meer dan grote woorden.",
            "Keeping small promises helps more than big words.",
        ),
        "instrument-interpreteren": (
            "Grensscore met ouders bekeken, niet alleen het getal genoemd.",
            "Looked at a borderline score with the parents instead of just giving the number.",
        ),
        "rondetafel-organiseren": (
            "Eerste overleg met ouders en school gepland; agenda samen met de ouders gemaakt.",
            "Planned a first meeting of parents and school; made the agenda with the parents.",
        ),
        "zelfredzaamheid-toekomst": (
            "Vooruitgekeken naar zindelijkheid voor de start op school.",
            "Looked ahead to toilet training before school starts.",
        ),
    },
    {
        "draagkracht-draaglast": (
            "Balans op papier getekend; ouders vulden zelf aan.",
            "Drew the balance on paper; the parents added to it themselves.",
        ),
        "samenwerking-coordineren": (
            "Onduidelijk wie de regie had; voortaan aan het begin afspreken.",
            "Unclear who was in the lead; agree on that at the start from now on.",
        ),
        "rondetafel-leiden": (
            "Liet school te veel aan het woord; volgende keer bij de ouders beginnen.",
            "Let the school talk too much; next time begin with the parents.",
        ),
        "succes-bekrachtigen": (
            "Benoemd hoe rustig de ochtenden nu gaan; moeder straalde.",
            "Said how calm the mornings have become; the mother beamed.",
        ),
    },
    {
        "inbreng-bekrachtigen": ("Gaat vanzelf sinds de training.", "Comes naturally since the training."),
        "taxatie": (
            "Schrijf feiten, gevoel en de woorden van ouders nu apart op.",
            "I now write down facts, feelings and the parents' words separately.",
        ),
        "stagnatie-hulpverleners": (
            "Lastig om een andere organisatie aan te spreken op wachttijd; bespreken met teamleider.",
            "Hard to address another organisation about waiting times; raise with my team leader.",
        ),
        "rondetafel-leiden": (
            "Meegekeken bij een collega; het volgende overleg leid ik zelf.",
            "Watched a colleague do it; I will chair the next one myself.",
        ),
        "zelfredzaamheid-toekomst": (
            "Met ouders besproken wat de overgang naar groep 3 gaat vragen.",
            "Discussed with parents what the step to year 2 will ask of them.",
        ),
    },
)
"""Notes on items of jgz-opvoedingsondersteuning, at each visit."""

GENERAL: tuple[Words, ...] = (
    ("Hier wil ik meer mee oefenen.", "I want to practise this more."),
    ("Ging deze week beter dan verwacht.", "Went better than expected this week."),
    ("Gevraagd of een collega wil meekijken.", "Asked a colleague to look along."),
    ("Nog onzeker; voorbeeld opgezocht.", "Still unsure; looked up an example."),
    ("Uitgelegd aan iemand anders, dat hielp.", "Explained it to someone else, which helped."),
    ("Weinig gelegenheid voor gehad.", "Had little occasion for it."),
    ("Bespreken in het volgende werkoverleg.", "Raise at the next team meeting."),
)
"""Notes that fit any item."""
_EACH = 3


def of_visit(instrument: Instrument, visit: int, language: str, *, winter: bool) -> dict[str, str]:
    """Give the notes of a visit by item; for an instrument without notes of its own a few general ones."""
    written = {**NOTES[visit], **(WINTER if winter else {})}
    own = {key: words for key, words in written.items() if key in instrument.positions}
    if not own:
        count, size = len(GENERAL), len(instrument.items)
        numbers = range(visit * _EACH, (visit + 1) * _EACH)
        own = {instrument.items[number * 5 % size].id: GENERAL[number % count] for number in numbers}
    return {key: _choose(words, language) for key, words in own.items()}


def remark(visit: int, language: str, *, winter: bool) -> str:
    """Give the remark on a visit, "" for none."""
    return _choose(WINTER_REMARK if winter else REMARKS.get(visit), language)


def rater_remark(role: Role, visit: int, language: str) -> str:
    """Give the remark of someone else around a visit, "" for none."""
    return _choose(RATER_REMARKS.get((role, visit)), language)


def _choose(words: Words | None, language: str) -> str:
    return "" if words is None else words[0 if language == "nl" else 1]
