"""The words and the sentences of Campus. To change the language, change this file and nothing else.

`SLOTS` are lists of words with weights, `FAMILIES` are the kinds of sentences with their templates, in the
notation that `source.Source` explains. After a change, `python -m nlm_utils.corpora` prints the new
constants for campus.py; until they are pasted there they are worked out anew, which takes a second.
"""

from __future__ import annotations

from itertools import permutations

from .source import Family, Source


def _equal(words: str) -> dict[str, float]:
    """Equally likely words."""
    return dict.fromkeys(words.split(), 1.0)


def _falling(words: str) -> dict[str, float]:
    """Each word a little rarer than the one before it, so that text has frequent and less frequent words."""
    return {word: round(0.88**place, 4) for place, word in enumerate(words.split())}


SHE = _equal("anna maria irena sofia")
HE = _equal("otto pavel tomas ivan")

SLOTS = {
    # people and what they do
    "Person": _falling("student pupil teacher scholar professor visitor doctor artist"),
    "People": _falling("students pupils teachers scholars professors visitors doctors artists"),
    "She": SHE,
    "He": HE,
    "Name": SHE | HE,
    "Possessive": {"her": 0.6, "his": 0.4},
    "Pronoun": {"her": {"she": 1.0}, "his": {"he": 1.0}},
    "Opened": _falling("opened closed dropped lost forgot grabbed packed carried"),
    "Thing": _falling("book laptop notebook bag umbrella suitcase folder diary"),
    "Things": _falling("books laptops notebooks bags umbrellas suitcases folders diaries"),
    "Saw": _falling("saw watched noticed followed photographed drew"),
    "Met": _falling("met greeted joined ignored recognised interviewed"),
    "Taught": _falling("taught helped trained guided tutored coached"),
    "Thanked": _falling("thanked praised hugged admired congratulated rewarded"),
    "Told": _falling("told warned reminded assured informed"),
    "Called": _falling("called visited emailed phoned invited contacted"),
    "Gave": _falling("gave handed brought passed"),
    "Gift": _falling("letter parcel ring photo map ticket key"),
    "Mood": _falling("tired late bored busy curious nervous ready happy"),
    # insects and their quarrels
    "Insect": _falling("ant beetle bee wasp cricket"),
    "Insects": _falling("ants beetles bees wasps crickets"),
    "Colour": _equal("red blue green black brown yellow"),
    "Hated": _falling("hated feared disliked avoided distrusted despised"),
    "Attacked": _falling("attacked chased robbed surrounded pursued trapped"),
    "Fault": _falling("cruel greedy noisy rude dangerous wild"),
    "Motive": _falling("hungry thirsty angry jealous desperate bold"),
    # rooms, and what is found in each
    "Room": _equal("library kitchen lab garden studio gym"),
    "Object": {
        "library": _falling("atlas dictionary novel newspaper"),
        "kitchen": _falling("spoon pan knife bowl"),
        "lab": _falling("microscope thermometer magnet beaker"),
        "garden": _falling("shovel rake wheelbarrow hose"),
        "studio": _falling("brush canvas palette easel"),
        "gym": _falling("ball rope whistle racket"),
    },
    "Went": _falling("went walked ran hurried returned"),
    "Fetched": _falling("fetched borrowed cleaned repaired broke used"),
    # devices, and what breaks in each
    "Device": {
        "battery": _falling("iPad phone tablet camera"),
        "water": _falling("kettle boiler cooker steamer"),
        "paper": _falling("printer copier scanner shredder"),
        "light": _falling("lamp lantern projector torch"),
    },
    "Part": {
        "battery": _falling("battery charger touchscreen"),
        "water": _falling("lid valve heater"),
        "paper": _falling("roller tray cartridge"),
        "light": _falling("bulb lens reflector"),
    },
    "Exploded": _falling("exploded failed stopped hissed smoked"),
    "Overheated": _falling("overheated melted cracked corroded"),
}

# Words of one meaning: {class: slot}, or {class: (slot, row)} for a row of a table.
CLASSES = {
    "person": "Person",
    "people": "People",
    "names": "Name",
    "verbs of opening": "Opened",
    "thing": "Thing",
    "things": "Things",
    "verbs of seeing": "Saw",
    "verbs of meeting": "Met",
    "verbs of teaching": "Taught",
    "verbs of thanking": "Thanked",
    "verbs of telling": "Told",
    "verbs of calling": "Called",
    "verbs of giving": "Gave",
    "gifts": "Gift",
    "moods": "Mood",
    "insect": "Insect",
    "insects": "Insects",
    "colours": "Colour",
    "verbs of feeling": "Hated",
    "verbs of attacking": "Attacked",
    "faults": "Fault",
    "motives": "Motive",
    "rooms": "Room",
    "library things": ("Object", "library"),
    "kitchen things": ("Object", "kitchen"),
    "lab things": ("Object", "lab"),
    "garden things": ("Object", "garden"),
    "studio things": ("Object", "studio"),
    "gym things": ("Object", "gym"),
    "verbs of going": "Went",
    "verbs of fetching": "Fetched",
    "battery devices": ("Device", "battery"),
    "water devices": ("Device", "water"),
    "paper devices": ("Device", "paper"),
    "light devices": ("Device", "light"),
    "battery parts": ("Part", "battery"),
    "water parts": ("Part", "water"),
    "paper parts": ("Part", "paper"),
    "light parts": ("Part", "light"),
    "verbs of failing": "Exploded",
    "verbs of breaking": "Overheated",
}

# Classes whose members are remembered or decide what comes later: exchanging two of them changes the future.
# Members of every other class have exactly the same future, whatever the prefix.
REMEMBERED_CLASSES = (
    "names",
    "insects",
    "colours",
    "rooms",
    "library things",
    "kitchen things",
    "lab things",
    "garden things",
    "studio things",
    "gym things",
)


def _agreement(person: str, others: str, possessive: str, thing: str, they_were: str) -> str:
    insect, meeting = "who Saw the Insect near the Room", f"who Met the {others} near the Room"
    between = f"(4 | 4 near the {others} | 2 {insect} | 5 {meeting})"
    return f"the {person} {between} Opened {possessive} {thing} (3 | 1 because {they_were} Mood) ."


def _meeting(first: str, second: str, third: str) -> str:
    said = {"she": "She", "he": "He", "they": "the People"}
    own = {"she": "her Thing", "he": "his Thing", "they": "their Things"}
    return f"{said[first]} Met {said[second]} and {said[third]} near the Room and Opened {own[first]} ."


FAMILIES = (
    Family(
        "agreement",
        0.20,
        "The first noun decides their, her or his and the number of the thing, up to eight words later; a "
        "noun of the other number may stand in between.",
        "the students who met the teacher near the library opened their books .",
        {
            _agreement("People", "Person", "their", "Things", "they were"): 1.0,
            _agreement("Person", "People", "Possessive:p", "Thing", "Pronoun[p] was"): 1.0,
        },
    ),
    Family(
        "meeting",
        0.10,
        "Three parties, she, he and they: only their order says whose thing it is.",
        "maria met the students and pavel near the library and opened her book .",
        {_meeting(*order): 1.0 for order in permutations(("she", "he", "they"))},
    ),
    Family(
        "ants",
        0.12,
        "Who did what to whom: the verb decides whether the first or the second colour comes back.",
        "the blue ants hated the red ants because the red ants were greedy .",
        {
            "the Colour:a Insects:x Hated the Colour!a:b =x .": 0.4,
            "the Colour:a Insects:x Hated the Colour!a:b =x because the =b =x were Fault .": 1.0,
            "the Colour:a Insects:x Hated the Colour!a:b Insects!x:y because the =b =y were Fault .": 2.0,
            "the Colour:a Insects:x Attacked the Colour!a:b =x because the =a =x were Motive .": 1.0,
            "the Colour:a Insects:x Attacked the Colour!a:b Insects!x:y because the =a =x were Motive .": 2.0,
            "the Colour:a Insects:x were Attacked by the Colour!a:b Insects!x:y"
            " because the =b =y were Motive .": 2.0,
        },
    ),
    Family(
        "causes",
        0.07,
        "The first device decides which of its parts failed, whatever stands next to it.",
        "the iPad near the kettle exploded because its battery overheated .",
        {
            "the Device:g (1 | 2 near the Device[!g] | 2 near the Device[!g] in the Room"
            " | 2 between the Device[!g]:h and the Device[!g!h])"
            " Exploded because its Part[g] Overheated .": 1.0,
        },
    ),
    Family(
        "rooms",
        0.11,
        "A room named early decides the object fetched late, and it matters who went to which.",
        "anna sent otto to the kitchen and maria to the lab so otto fetched the spoon .",
        {
            "Name:a sent Name!a:b to the Room:r and Name!a!b:c to the Room!r:s so =b Fetched the Object[r]"
            " (1 | 1 and =c Fetched the Object[s]) .": 3.0,
            "Name:a Went to the Room:r and Name!a:b Went to the Room!r:s"
            " where =b Fetched the Object[s] .": 1.0,
            "Name:a Went from the Room:r to the Room!r:s and Fetched the Object[s] .": 0.6,
            "in the Room:r Name:a asked Name!a:b for the Object[r]:o but =b Gave =a the Object!o[r] .": 0.8,
        },
    ),
    Family(
        "lessons",
        0.16,
        "Four names, said again in another order.",
        "anna taught otto and maria helped ivan so otto thanked anna and ivan praised maria .",
        {
            "Name:a Taught Name!a:b and Name!a!b:c Taught Name!a!b!c:d"
            " so =b Thanked =a and =d Thanked =c .": 1.0
        },
    ),
    Family(
        "news",
        0.15,
        "Who was told calls the one it was about.",
        "maria told pavel that irena was late so pavel called irena and irena thanked maria .",
        {
            "Name:a Told Name!a:b that Name!a!b:c was Mood so =b Called =c"
            " (2 | 1 and =c Thanked =b | 1 and =c Thanked =a) .": 1.0,
            "Name:a Told Name!a:b that Name!a!b:c needed Name!a!b!c:d"
            " so =b Called =d and =d Taught =c .": 1.0,
        },
    ),
    Family(
        "gifts",
        0.09,
        "Giver, messenger, receiver: each comes back in its own place.",
        "anna gave otto the letter for maria so otto called maria and maria thanked anna .",
        {"Name:a Gave Name!a:b the Gift for Name!a!b:c so =b Called =c and =c Thanked =a .": 1.0},
    ),
)

SOURCE = Source(SLOTS, FAMILIES)
