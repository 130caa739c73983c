"""Campus: every probability exact, every constant fresh, and all there that the lectures rely on."""

import itertools
import math
import runpy
from collections import Counter, defaultdict

import numpy as np
import pytest

from nlm_utils.corpora import campus, floors
from nlm_utils.corpora.campus_grammar import CLASSES, FAMILIES, SLOTS, SOURCE
from nlm_utils.corpora.source import Family, Source
from nlm_utils.text import Vocabulary


def words(sentence: str) -> list[str]:
    return sentence.split()


@pytest.fixture(scope="module")
def sentences():
    """About 200 000 tokens."""
    return campus.sample(14_000, seed=20)


@pytest.fixture(scope="module")
def fresh():
    return campus.enumerate_constants()


# --- probabilities ------------------------------------------------------------------------------------------


def test_every_next_word_distribution_sums_to_one():
    machine = SOURCE.machine
    sums = np.add.reduceat(machine.p, machine.start[:-1])
    assert sums == pytest.approx(np.ones(sums.size), abs=1e-12)
    assert machine.p.min() > 0


def test_next_word_of_every_prefix_of_a_sample(sentences):
    for sentence in sentences[:300]:
        for n in range(len(sentence)):
            distribution = campus.next_word(sentence[:n])
            assert sum(distribution.values()) == pytest.approx(1, abs=1e-12)
            assert distribution[sentence[n]] > 0
            assert list(distribution.values()) == sorted(distribution.values(), reverse=True)


def test_chain_rule(sentences):
    for sentence in sentences[:500]:
        by_hand = sum(math.log(campus.next_word(sentence[:n])[word]) for n, word in enumerate(sentence))
        assert campus.log_prob(sentence) == pytest.approx(by_hand, abs=1e-10)


def test_next_word_distributions_are_those_of_the_prefixes(sentences):
    for sentence in sentences[:50]:
        assert campus.next_word_distributions(sentence) == [
            campus.next_word(sentence[:n]) for n in range(len(sentence))
        ]
    assert campus.next_word_distributions([]) == []
    assert campus.next_word_distributions(["the"]) == [campus.next_word([])]


def test_exact_distributions_are_the_same_as_an_array(sentences):
    vocabulary = Vocabulary.from_types(campus.types())
    some = sentences[:40]
    array = campus.exact_distributions(some, vocabulary)
    expected = [
        distribution for sentence in some for distribution in campus.next_word_distributions(sentence)
    ]
    assert array.shape == (sum(map(len, some)), len(vocabulary))
    for row, distribution in zip(array, expected, strict=True):
        assert {vocabulary.word(id): row[id] for id in np.flatnonzero(row)} == pytest.approx(distribution)
    assert campus.exact_distributions([], vocabulary).shape == (0, len(vocabulary))


def test_what_a_vocabulary_lacks_goes_to_unk():
    vocabulary = Vocabulary.from_types(["opened"])
    p_opened = campus.next_word(words("the students"))["opened"]
    array = campus.exact_distributions([words("the students opened")], vocabulary)
    assert array[2].tolist() == pytest.approx([0, 1 - p_opened, p_opened])


def test_probabilities_of_all_sentences_sum_to_one():
    """By following every belief to the end: what leaks out at the ends is everything."""
    machine = SOURCE.machine
    reached = floors.belief_probabilities(machine)
    origin, edge = machine.edges_from(np.arange(reached.size))
    ends = machine.next[edge] < 0
    assert (reached[origin] * machine.p[edge])[ends].sum() == pytest.approx(1)
    assert {machine.words[id] for id in machine.word[machine.next < 0]} == {"."}
    assert "." not in {machine.words[id] for id in machine.word[machine.next >= 0]}


def test_no_loops_and_at_most_25_tokens():
    machine = SOURCE.machine
    longest = np.zeros(1, dtype=np.int64)
    for length in range(1, 30):  # noqa: B007
        _, edge = machine.edges_from(longest)
        longest = np.unique(machine.next[edge][machine.next[edge] >= 0])
        if longest.size == 0:
            break
    assert 15 <= length <= 25


def test_samples_end_with_their_only_full_stop(sentences):
    for sentence in sentences:
        assert sentence.index(".") == len(sentence) - 1
        assert len(sentence) <= 25


def test_a_seed_gives_the_same_sentences():
    assert campus.sample(50, seed=3) == campus.sample(50, seed=3) != campus.sample(50, seed=4)
    assert campus.sample(0, seed=3) == []
    with pytest.raises(ValueError, match="n_sentences must be at least 0"):
        campus.sample(-1, seed=3)


def test_sampled_frequencies_are_the_probabilities():
    n = 20_000
    first = Counter(sentence[0] for sentence in campus.sample(n, seed=5))
    for word, p in campus.next_word([]).items():
        assert abs(first[word] / n - p) < 4 * math.sqrt(p * (1 - p) / n)


# --- bad input ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prefix", "message"),
    [
        (["the", "studnets"], "'studnets' is not a word of Campus; did you mean 'students'"),
        (words("the students opened her"), r"'her' \(word 4\) is impossible after 'the students opened'"),
        (words("opened the"), r"'opened' \(word 1\) is impossible at the beginning"),
        (words("the students opened their books ."), "the sentence is over"),
        (words("the students opened their books . the"), "the sentence is over"),
        ("the students", "expected a list of words, got the string 'the students'"),
    ],
)
def test_next_word_says_what_is_wrong(prefix, message):
    with pytest.raises(ValueError, match=message):
        campus.next_word(prefix)


def test_log_prob_of_no_sentence():
    assert campus.log_prob(words("the students opened her books .")) == -math.inf
    assert campus.log_prob(words("the students opened their books . .")) == -math.inf
    for unfinished in (words("the students opened"), []):
        with pytest.raises(ValueError, match=r"ends with '\.'"):
            campus.log_prob(unfinished)
    with pytest.raises(ValueError, match="did you mean 'books'"):
        campus.log_prob(words("the students opened their bokos ."))


# --- floors -------------------------------------------------------------------------------------------------


def test_the_constants_are_those_of_a_fresh_enumeration(fresh):
    assert campus.CONSTANTS["fingerprint"] == fresh["fingerprint"] == campus.fingerprint()
    for name in ("entropy_rate", "ngram_floors", "order_blind_floor"):
        assert campus.CONSTANTS[name] == pytest.approx(fresh[name], abs=1e-9)
    assert campus.entropy_rate() == campus.CONSTANTS["entropy_rate"]
    assert [campus.ngram_floor(n) for n in range(1, 7)] == campus.CONSTANTS["ngram_floors"]
    assert campus.order_blind_floor() == campus.CONSTANTS["order_blind_floor"]


def test_a_changed_grammar_is_worked_out_anew(monkeypatch, fresh):
    campus._constants.cache_clear()
    monkeypatch.setitem(campus.CONSTANTS, "fingerprint", "of another grammar")
    monkeypatch.setitem(campus.CONSTANTS, "entropy_rate", 99.0)
    assert campus.entropy_rate() == pytest.approx(fresh["entropy_rate"])
    campus._constants.cache_clear()


def test_the_constants_to_paste_are_printed(capsys):
    runpy.run_module("nlm_utils.corpora", run_name="__main__")
    printed = capsys.readouterr().out
    assert f"'fingerprint': '{campus.fingerprint()}'" in printed
    assert all(note.example in printed for note in campus.families())


def test_the_points_are_large_enough_to_be_seen():
    entropy = campus.entropy_rate()
    assert 1.0 <= entropy <= 1.4
    assert campus.order_blind_floor() - entropy >= 0.12
    for n, margin in ((3, 0.25), (4, 0.15), (5, 0.10)):
        assert campus.ngram_floor(n) - entropy >= margin
    assert 150 <= len(campus.types()) <= 300


def test_ngram_floors_fall_towards_the_entropy_rate():
    floors_by_order = [campus.ngram_floor(n) for n in (*range(1, 9), 12, 25)]
    assert all(a >= b - 1e-12 for a, b in itertools.pairwise(floors_by_order))
    assert floors_by_order[5] > campus.entropy_rate() + 0.05
    assert floors_by_order[-1] == pytest.approx(campus.entropy_rate(), abs=1e-9)
    assert floors_by_order[-1] <= campus.order_blind_floor() <= floors_by_order[0]


@pytest.mark.parametrize("n", [0, -1, 2.5, "3"])
def test_ngram_floor_wants_an_order(n):
    with pytest.raises(ValueError, match="whole number"):
        campus.ngram_floor(n)


def test_the_mean_surprise_of_a_sample_is_the_entropy_rate():
    """The ratio of two means, so its standard error is that of (surprise − rate · length) / mean length."""
    sample = campus.sample(14_500, seed=21)
    surprise = np.array([-campus.log_prob(sentence) for sentence in sample])
    lengths = np.array([len(sentence) for sentence in sample])
    assert lengths.sum() >= 200_000
    rate = campus.entropy_rate()
    standard_error = (surprise - rate * lengths).std() / math.sqrt(len(sample)) / lengths.mean()
    assert abs(surprise.sum() / lengths.sum() - rate) < 3 * standard_error
    assert 3 * standard_error < 0.02


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_counts_of_ever_more_text_come_down_to_the_ngram_floor(n):
    """Plain counts, add-k, tested on held-out text: from above, closer with every doubling of the text."""
    test = campus.sample(3_000, seed=1000)
    n_types = len(campus.types())

    def loss(train):
        counts = defaultdict(Counter)
        for sentence in train:
            padded = ["<s>"] * (n - 1) + sentence
            for i, word in enumerate(sentence):
                counts[tuple(padded[i : i + n - 1])][word] += 1
        surprise = tokens = 0
        for sentence in test:
            padded = ["<s>"] * (n - 1) + sentence
            for i, word in enumerate(sentence):
                followers = counts[tuple(padded[i : i + n - 1])]
                surprise -= math.log((followers[word] + 0.02) / (followers.total() + 0.02 * n_types))
            tokens += len(sentence)
        return surprise / tokens

    train = campus.sample(32_000, seed=1)
    losses = [loss(train[:size]) for size in (500, 4_000, 32_000)]
    floor = campus.ngram_floor(n)
    assert losses == sorted(losses, reverse=True)
    assert floor - 0.02 < losses[-1] < floor + (0.05 if n < 4 else 0.15)


# A language small enough to list every sentence, with everything in it that Campus uses.
TINY = Source(
    {
        "Name": {"ann": 3.0, "bob": 2.0, "cy": 1.0},
        "Verb": {"saw": 2.0, "met": 1.0},
        "Thing": {"toy": {"ball": 1.0, "kite": 2.0}, "tool": {"axe": 1.0, "saw2": 1.0}},
        "Part": {"toy": {"string": 1.0}, "tool": {"handle": 3.0, "edge": 1.0}},
    },
    (
        Family("names", 0.6, "", "", {"Name:a Verb Name!a:b and =b Verb =a (2 | 1 and Name!a!b) .": 1.0}),
        Family(
            "things",
            0.4,
            "",
            "",
            {"Name Verb the Thing:g and the Thing[!g] without Part[g] .": 3.0, "Name:a Verb .": 1.0},
        ),
    ),
)


def every_sentence(source: Source) -> dict[tuple[str, ...], float]:
    """All sentences of a source by walking its templates, without machine and beliefs."""
    probabilities: dict[tuple[str, ...], float] = defaultdict(float)
    open_ends = [((), state, p) for state, p in source.states().items()]
    while open_ends:
        said, state, p = open_ends.pop()
        if not state:
            probabilities[said] += p
            continue
        for word, share in source.choices(state[0]):
            open_ends.append(((*said, word), source.after(state, word), p * share))
    return probabilities


def entropy_given(view, sentences: dict[tuple[str, ...], float]) -> float:
    """The entropy of the next word given view(prefix), straight from the definition."""
    joint, marginal, length = defaultdict(float), defaultdict(float), 0.0
    for sentence, p in sentences.items():
        length += p * len(sentence)
        for i, word in enumerate(sentence):
            seen = view(sentence[:i])
            joint[seen, word] += p
            marginal[seen] += p
    return sum(p * math.log(marginal[seen] / p) for (seen, _), p in joint.items()) / length


def test_floors_of_a_tiny_language_by_their_definitions():
    sentences = every_sentence(TINY)
    machine = TINY.machine
    assert sum(sentences.values()) == pytest.approx(1)
    surprise = -sum(p * math.log(p) for p in sentences.values())
    length = sum(p * len(sentence) for sentence, p in sentences.items())
    assert floors.mean_length(machine) == pytest.approx(length)
    assert floors.entropy_rate(machine) == pytest.approx(surprise / length)
    assert floors.entropy_rate(machine) == pytest.approx(entropy_given(lambda prefix: prefix, sentences))
    for n in range(1, 12):
        expected = entropy_given(lambda prefix, n=n: (("<s>",) * n + prefix)[len(prefix) + 1 :], sentences)
        assert floors.ngram_floor(machine, n) == pytest.approx(expected, abs=1e-12)
    expected = entropy_given(lambda prefix: tuple(sorted(prefix)), sentences)
    assert floors.order_blind_floor(machine) == pytest.approx(expected, abs=1e-12)
    assert expected > floors.entropy_rate(machine) + 0.01


def test_one_family_of_campus_by_the_definitions():
    """Floors that merge interchangeable words agree with the definition on what Campus really speaks."""
    slots = {
        "Colour": SLOTS["Colour"],
        "Insects": dict(list(SLOTS["Insects"].items())[:2]),
        "Hated": dict(list(SLOTS["Hated"].items())[:2]),
        "Attacked": dict(list(SLOTS["Attacked"].items())[:2]),
        "Fault": dict(list(SLOTS["Fault"].items())[:2]),
        "Motive": dict(list(SLOTS["Motive"].items())[:2]),
    }
    ants = next(family for family in FAMILIES if family.name == "ants")
    source = Source(slots, (Family("ants", 1.0, ants.shows, ants.example, ants.templates),))
    sentences = every_sentence(source)
    for n in (1, 3, 5):
        expected = entropy_given(lambda prefix, n=n: (("<s>",) * n + prefix)[len(prefix) + 1 :], sentences)
        assert floors.ngram_floor(source.machine, n) == pytest.approx(expected, abs=1e-12)
    expected = entropy_given(lambda prefix: tuple(sorted(prefix)), sentences)
    assert floors.order_blind_floor(source.machine) == pytest.approx(expected, abs=1e-12)


# --- what the grammar may not be ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("Name saw =a .", "'a' is used before it is remembered"),
        ("Name!a .", "'a' is used before it is remembered"),
        ("Nmae saw .", "'Nmae', which is no slot; did you mean 'Name'"),
        ("Name saw", "ends with"),
        ("Name . saw .", "ends with"),
        ("Name (1 saw | 1 (1 met)) .", "closed and not nested"),
        ("Name (1 saw .", "closed and not nested"),
        ("Name " + "saw " * 25 + ".", "at most 25 tokens, got 27"),
    ],
)
def test_a_template_is_checked(template, message):
    source = Source({"Name": {"ann": 1.0}}, (Family("one", 1.0, "", "", {template: 1.0}),))
    with pytest.raises(ValueError, match=message):
        source.states()


def test_the_families_must_sum_to_one():
    with pytest.raises(ValueError, match=r"sum to 1, got 0\.5"):
        Source({}, (Family("one", 0.5, "", "", {".": 1.0}),))


def test_the_fingerprint_follows_every_change():
    def source(slots, probability=1.0, template="Name ."):
        return Source(slots, (Family("one", probability, "", "", {template: 1.0}),)).fingerprint

    same = source({"Name": {"ann": 1.0, "bob": 2.0}})
    assert same == source({"Name": {"ann": 1.0, "bob": 2.0}})
    others = {
        source({"Name": {"ann": 1.0, "bob": 2.1}}),
        source({"Name": {"ann": 1.0, "rob": 2.0}}),
        source({"Name": {"ann": 1.0, "bob": 2.0}}, template="the Name ."),
    }
    assert len(others | {same}) == 4


# --- words of one meaning -----------------------------------------------------------------------------------


def test_a_word_is_in_one_class_at_most():
    everything = [word for members in campus.MEANING_CLASSES.values() for word in members]
    assert len(everything) == len(set(everything))
    assert set(everything) <= set(campus.types())
    for name, members in campus.MEANING_CLASSES.items():
        assert len(members) >= 3
        assert all(campus.meaning_class(word) == name for word in members)
    for word in ("the", ".", "because", "their", "her", "and"):
        assert campus.meaning_class(word) is None
    with pytest.raises(ValueError, match="did you mean 'students'"):
        campus.meaning_class("studens")


def test_every_class_names_a_slot_and_every_open_slot_has_a_class():
    in_slots = {
        word
        for slot in SLOTS.values()
        for entry in slot
        for word in (slot[entry] if isinstance(slot[entry], dict) else [entry])
    }
    unclassified = in_slots - {word for members in campus.MEANING_CLASSES.values() for word in members}
    assert unclassified == {"her", "his", "she", "he"}
    assert set(campus.ALIKE_CLASSES) < set(CLASSES)


@pytest.mark.parametrize("name", campus.ALIKE_CLASSES)
def test_members_of_an_alike_class_have_the_same_future(name):
    """Whatever the prefix: each leads to the same belief, and the members come in always the same ratio."""
    machine = SOURCE.machine
    origin, _ = machine.edges_from(np.arange(machine.start.size - 1))
    first, *others = (machine.words.index(word) for word in campus.MEANING_CLASSES[name])
    edges = machine.word == first
    assert edges.any()
    for other in others:
        same = machine.word == other
        assert (origin[edges] == origin[same]).all()
        assert (machine.next[edges] == machine.next[same]).all()
        ratio = machine.p[same] / machine.p[edges]
        assert ratio == pytest.approx(np.full(ratio.size, ratio[0]))


@pytest.mark.parametrize(
    ("prefix", "one", "other"),
    [
        ("the students near the teacher", "students", "pupils"),
        ("the students near the teacher", "teacher", "doctor"),
        ("the iPad", "iPad", "phone"),
        ("the red ants hated the blue", "hated", "feared"),
        ("maria met the students and", "met", "joined"),
    ],
)
def test_swapping_members_of_an_alike_class_changes_nothing(prefix, one, other):
    swapped = [other if word == one else word for word in words(prefix)]
    assert swapped != words(prefix)
    assert campus.next_word(words(prefix)) == campus.next_word(swapped)


def test_remembered_words_are_alike_up_to_their_names(sentences):
    """Swapping two names of one kind, or two colours, everywhere in a sentence keeps its probability."""
    pairs = [("anna", "irena"), ("otto", "ivan"), ("red", "green")]
    changed = 0
    for one, other in pairs:
        swap = {one: other, other: one}
        for sentence in sentences[:1500]:
            swapped = [swap.get(word, word) for word in sentence]
            changed += swapped != sentence
            assert campus.log_prob(swapped) == pytest.approx(campus.log_prob(sentence), abs=1e-9)
    assert changed > 500


# --- what is there by design --------------------------------------------------------------------------------


def test_the_sentences_of_the_notes():
    for sentence in (
        "the students opened their books .",
        "the student opened her laptop .",
        "the iPad exploded because its battery overheated .",
        "the blue ants hated the red ants .",
        "the students who saw the ant near the library opened their laptops because they were curious .",
    ):
        assert campus.log_prob(words(sentence)) > -math.inf


def test_agreement_across_an_attractor():
    for between in ("", "near the {} ", "who met the {} near the library "):
        plural = campus.next_word(words("the students " + between.format("teacher") + "opened"))
        singular = campus.next_word(words("the student " + between.format("teachers") + "opened"))
        assert plural == {"their": 1.0}
        assert singular == pytest.approx({"her": 0.6, "his": 0.4})
    assert set(campus.next_word(words("the students opened their"))) == set(campus.MEANING_CLASSES["things"])
    assert set(campus.next_word(words("the student opened her"))) == set(campus.MEANING_CLASSES["thing"])
    far = words("the student who met the teachers near the library opened his laptop because")
    assert campus.next_word(far) == {"he": 1.0}


def test_attractors_are_frequent(sentences):
    person, people = set(campus.MEANING_CLASSES["person"]), set(campus.MEANING_CLASSES["people"])
    agreeing = [s for s in sentences if s[0] == "the" and s[1] in person | people and s[2] not in ("and",)]
    attracted = [
        s
        for s in agreeing
        if any(word in (people if s[1] in person else person) for word in s[2 : s.index(".")])
    ]
    assert len(attracted) > 0.3 * len(agreeing) > 300


@pytest.mark.parametrize(
    ("prefix", "same_words", "expected", "expected_other"),
    [
        (
            "the red ants hated the blue ants because the",
            "the blue ants hated the red ants because the",
            "blue",
            "red",
        ),
        (
            "the red ants chased the blue bees because the",
            "the blue bees chased the red ants because the",
            "red",
            "blue",
        ),
        ("the students near the teacher opened", "the teacher near the students opened", "their", None),
        ("anna gave otto the ring for maria so", "otto gave anna the ring for maria so", "otto", "anna"),
        (
            "anna went from the lab to the gym and used the",
            "anna went from the gym to the lab and used the",
            None,
            None,
        ),
        (
            "the iPad near the kettle exploded because its",
            "the kettle near the iPad exploded because its",
            None,
            None,
        ),
    ],
)
def test_order_decides(prefix, same_words, expected, expected_other):
    """The same bag of words, another next word: no word that follows one may follow the other."""
    assert Counter(words(prefix)) == Counter(words(same_words))
    one, other = campus.next_word(words(prefix)), campus.next_word(words(same_words))
    assert not set(one) & set(other)
    if expected:
        assert one == {expected: 1.0}
    if expected_other:
        assert other == {expected_other: 1.0}


def test_topics_decide_late_and_names_come_back():
    far = words("anna sent otto to the kitchen and maria to the lab so otto fetched the")
    assert set(campus.next_word(far)) == set(campus.MEANING_CLASSES["kitchen things"])
    far = words("anna taught otto and maria helped ivan so otto thanked anna and ivan praised")
    assert campus.next_word(far) == {"maria": 1.0}
    asked = words("in the lab anna asked otto for the magnet but otto gave anna the")
    assert set(campus.next_word(asked)) == set(campus.MEANING_CLASSES["lab things"]) - {"magnet"}


def test_families_have_possible_examples_and_shares(sentences):
    notes = campus.families()
    assert sum(note.probability for note in notes) == pytest.approx(1)
    for note, family in zip(notes, FAMILIES, strict=True):
        assert note.example_probability == pytest.approx(math.exp(campus.log_prob(words(note.example))))
        alone = Source(SLOTS, (Family("alone", 1.0, "", "", family.templates),))
        assert _possible(alone, words(note.example)), f"{note.name} does not speak its own example"
        assert f"{note.name} ({note.probability:.0%} of the sentences)" in campus.describe()
        assert note.example in campus.describe()


def _possible(source: Source, sentence: list[str]) -> bool:
    states = set(source.states())
    for word in sentence:
        states = {
            source.after(state, word)
            for state in states
            if state and word in (choice for choice, _ in source.choices(state[0]))
        }
    return () in states


# --- withheld combinations ----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [0, 1])
def test_withheld_split(seed):
    split = campus.withheld_split(seed, n_train=3_000, n_test=60)
    assert len(split.train) == 3_000 and len(split.test) == len(split.positions) == 60
    assert split.pairs[0] == ("pupils", "opened")
    for column, name in zip(zip(*split.pairs, strict=True), ("people", "verbs of opening"), strict=True):
        assert len(set(column)) == len(column)
        assert set(column) <= set(campus.MEANING_CLASSES[name])
    for sentence in split.train:
        assert not any(a in sentence and b in sentence for a, b in split.pairs)
        assert campus.log_prob(sentence) > -math.inf
    seen = {word for sentence in split.train for word in sentence}
    assert {word for pair in split.pairs for word in pair} <= seen
    for sentence, (their, things) in zip(split.test, split.positions, strict=True):
        assert (sentence[their - 2], sentence[their - 1]) in split.pairs
        assert sentence[their] == "their"
        assert campus.meaning_class(sentence[things]) == "things"
        assert campus.log_prob(sentence) > -math.inf


def test_withheld_split_is_repeatable_and_takes_sizes():
    one = campus.withheld_split(3, n_train=200, n_test=10, n_pairs=8)
    assert one == campus.withheld_split(3, n_train=200, n_test=10, n_pairs=8)
    assert len(one.pairs) == 8
    other = campus.withheld_split(4, n_train=200, n_test=10, n_pairs=8)
    for people_or_verbs in zip(zip(*one.pairs, strict=True), zip(*other.pairs, strict=True), strict=True):
        assert people_or_verbs[0] != people_or_verbs[1]  # both are drawn
    with pytest.raises(ValueError, match="n_pairs"):
        campus.withheld_split(0, n_pairs=9)
    with pytest.raises(ValueError, match="sizes"):
        campus.withheld_split(0, n_train=-1)


def test_train_is_the_source_without_the_withheld(sentences):
    """The rest of the text keeps its proportions."""
    split = campus.withheld_split(0, n_train=14_000, n_test=1)
    kept = [s for s in sentences if not any(a in s and b in s for a, b in split.pairs)]
    expected = Counter(s[0] for s in kept)
    found = Counter(s[0] for s in split.train)
    for word, count in expected.items():
        p = count / len(kept)
        error = math.sqrt(p * (1 - p) * (1 / len(kept) + 1 / len(split.train)))
        assert abs(found[word] / len(split.train) - p) < 4 * error
