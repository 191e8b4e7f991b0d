"""English words that are in no term, or that open none: function words, everyday verbs, adverbs and adjectives."""

from __future__ import annotations

from gergo.language.matching import singular_of


def words_of(text: str) -> frozenset[str]:
    """The words of a text as a set."""
    return frozenset(text.split())


FUNCTION = words_of(
    """
    twice a an the this that these those and or but nor so yet if while when where because since although though
    whereas unless until before after as than of in on at to for from with by into onto over under between
    within without through across per via upon about against during toward towards among along around near off
    out up down i you he she it we they me him her us them my your his its our their mine yours ours theirs who
    whom whose which what why how there here then now not no nor none any some each every both all most more
    less few fewer many much several such same other others another one ones two three four five six seven eight
    nine ten first second third last next only also too very just even still again ever never often always
    sometimes usually already once almost quite rather perhaps maybe is are was were be been being am has have
    had having do does did doing done can could may might must shall should will would cannot let e.g i.e etc et
    al vs versus either neither whether otherwise however therefore moreover furthermore instead indeed thus
    hence yes own plus minus like unlike despite except beyond above below behind beside besides else
    """
)
VERBS = words_of(
    """
    associate map accept achieve add adjust affect aim allow answer appear apply arrive ask assume avoid base become
    begin believe belong bend boil bring build buy call carry catch cause change check choose click close
    collect come comment compare comprise concern consider consist contain continue cook cost cover create cross
    cut cry deal decide define deliver demonstrate depend depict describe deserve determine devise die differ
    discover drive drop dry eat enable end ensure enter equal exist expect explain explore extend face fail fall
    fall feel fill find finish fit fix follow force forget form gather get give go grow guarantee happen hear
    help hide hold hope hurt imagine improve include increase indicate involve join jump keep kill know last
    lead learn leave lend let lie limit listen live look lose love make manage match matter mean measure meet
    mention move need note obtain occur offer open optimize own pass pay perform pick place play point position
    prefer prepare present prevent produce propose prove provide pull push put reach read receive recommend
    reduce refer relate release remain remember remove repeat replace represent require rest result return run
    save say see seem sell send serve set shall share shine ship show sit skip sleep slip solve speak spend spin
    stand start stay stop store stretch succeed suffer suggest support suppose take talk teach tell tend thank
    think throw tie tighten touch treat try turn understand use vary wait walk want wash watch wear win wish
    wonder work worry write yield bridge pose snap fasten loosen lift sink squeeze sweep swing tear wipe creak
    rub bite ride buy prevent
    """
)
_IRREGULAR = words_of(
    """
    became begun began bought brought built came chose chosen cut dealt done drawn drew driven drove fell felt
    found gave given gone got grew grown heard held kept knew known laid led left lost made meant met paid ran
    read said sat saw seen sent set shown sold spent stood taken taught thought told took understood went won
    wore worn written wrote
    """
)
OPENERS = words_of(
    """
    fresh able actual additional available average bad basic best better big broad broader certain cheap clean
    clear close common competitive complete complex considerable conventional correct crucial current different
    difficult direct dissimilar early easy economic economical effective entire essential exact example extra
    familiar fast final fine full funny general good great half hard heavy high huge human ideal important
    impossible individual initial interesting key large larger late light little long long-lasting low main
    major manual meaningful minor modern necessary new nice normal obvious old particular perfect poor possible
    powerful practical predominant previous proper quick quiet rare ready real real-world recent red related
    relevant right rough safe serious sharp short significant similar simple single slight slow small smooth
    soft solid special specific stiff straight strong sure sustainable textual theoretical thick thin tight tiny
    total true typical undesirable unique unrelated useful usual various weak whole wide worn wrong young blue
    green white black own following given certain year day week month time thing way lot kind sort part case
    fact point idea benefit place person people man woman side end number amount
    """
)


def is_function(word: str) -> bool:
    return word.casefold().rstrip(".") in FUNCTION


def is_verb(word: str) -> bool:
    """Whether a word is a form of an everyday verb; nouns in -ing, and participles before nouns, are for the caller."""
    low = word.casefold()
    if low in VERBS or low in _IRREGULAR:
        return True
    stems = {
        singular_of(low),
        low.removesuffix("ed"),
        low.removesuffix("d"),
        low.removesuffix("ing"),
        low.removesuffix("es"),
    }
    if low.endswith(("ed", "ing")):
        bare = low.removesuffix("ed").removesuffix("ing")
        stems |= {bare + "e", bare[:-1] if bare[-2:-1] == bare[-1:] else bare}
        if low.endswith("ied"):
            stems.add(low[:-3] + "y")
    return bool(stems & VERBS)
