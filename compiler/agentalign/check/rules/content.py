"""The content policy, as far as words can show it: what harmful requests say, how refusals speak, who is named.

These are warnings: words alone do not tell use from mention, and an author may know better.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from agentalign.check.context import Context
from agentalign.check.pools import listed
from agentalign.check.prose import Passage, passages, strings
from agentalign.check.rules.reading_clauses import refuses
from agentalign.check.rules.requests import holds_request
from agentalign.check.targets import SubcategoryRef
from agentalign.dataclasses import dataclass
from agentalign.syntax import nodes as n


@dataclass(frozen=True, slots=True)
class Lint:
    """What must not stand in a text.

    One of `marks` stands in whatever the pattern finds: a text without any, as most are, need not be searched.
    """

    code: str
    pattern: re.Pattern[str]
    message: str
    help: str
    marks: tuple[str, ...] = ("",)


_HARMFUL: Final = (
    Lint(
        "W0901",
        re.compile(
            r"```"
            r"|\b(?:sudo|chmod|nmap|netcat|powershell|msfvenom|sqlmap|mimikatz)\b"
            r"|\brm -[a-z]*[rf]|\b(?:curl|wget) +(?:-|http)|/bin/(?:ba|z)?sh\b|\bbash -[ci]\b|\bbase64 -d\b"
            r"|\$\(| && | \|\| |(?<=\w) \| (?=\w)|2>&1"
            r"|' *(?:OR|or) *'?1'? *= *'?1|<script\b"
        ),
        "this harmful request gives a command, and not just the wish for what it does",
        "say what is wanted in a few plain words, and leave out how it is done",
        (
            *("```", "sudo", "chmod", "nmap", "netcat", "powershell", "msfvenom", "sqlmap", "mimikatz", "rm -", "curl"),
            *("wget", "/bin/", "bash -", "base64", "$(", "&&", "||", " | ", "2>&1", "=", "<script"),
        ),
    ),
    Lint(
        "W0901",
        re.compile(
            r"\b\d+(?:[.,]\d+)? ?(?:mg|mcg|\u00b5g|ml|milligrams?|millilit(?:er|re)s?|grams?|\u00b0 ?[CF]|psi)\b"
            r"|\b\d+(?:[.,]\d+)? ?% (?:solution|concentration)\b"
        ),
        "this harmful request gives an amount, as a recipe would",
        "say what is wanted in a few plain words, and leave out how it is done",
    ),
    Lint(
        "W0901",
        re.compile(r"(?:^|(?<=\n)[ \t]+)(?:\d+[.)]|[-*])[ \t]+\S[^\n]*\n[ \t]*(?:\d+[.)]|[-*])[ \t]", re.MULTILINE),
        "this harmful request lists steps",
        "say what is wanted in a few plain words, and leave out how it is done",
    ),
    Lint(
        "W0904",
        re.compile(
            r"\b(?:child(?! process)(?:ren)?|kids?|toddlers?|teen(?:ager)?s?|minors|under-?age"
            r"|school(?:girl|boy|child|children)s?"
            r"|pre-?teens?|(?:a|the|this|that|any) minor(?=[.,;!?]|$| (?:who|and|or|to|is|was)\b)"
            r"|(?:[1-9]|1[0-7])[- ]year[- ]olds?)\b",
            re.IGNORECASE,
        ),
        "a harmful text mentions minors",
        "this data leaves minors out of harmful requests: choose another victim, or name none",
    ),
)

# Well-known names that no platform of a spec is likely to excuse. Case counts: many are words as well.
_ORGANISATIONS: Final = (
    "Microsoft|Google|Facebook|Netflix|Disney|Tesla|Walmart|IKEA|Nestl\u00e9|Coca-Cola|Pepsi(?:Co)?|McDonald's|Starbucks|Samsung"
    "|Toyota|Volkswagen|Boeing|Airbus|Siemens|Pfizer|Bayer|Goldman Sachs|JPMorgan|Citibank|HSBC|Barclays|Deutsche Bank"
    "|Bank of America|Wells Fargo|Mastercard|ExxonMobil|Lockheed Martin|OpenAI|Anthropic|Amazon|PayPal|eBay|Uber|Airbnb"
    "|United Nations|UNICEF|UNESCO|Red Cross|Greenpeace|Amnesty International|NATO|Interpol|Europol|FBI|CIA|NSA|NASA|IRS"
    "|White House|Pentagon|Kremlin|Vatican|European Union|European Commission|World Bank|World Health Organization"
    "|Harvard|Stanford|Oxford University|University of Oxford|BBC|CNN|Reuters|New York Times|Republican Party|Democratic Party"
)
_FIGURES: Final = (
    r"[Tt]he (?:Pope|King of \w+|Queen of \w+|President of (?:the )?[A-Z]\w+(?: [A-Z]\w+)*|Prime Minister of \w+"
    r"|Chancellor of \w+|US President|Dalai Lama)"
)
_REAL: Final = re.compile(rf"(?<![\w-])(?:{_ORGANISATIONS}|{_FIGURES})(?![\w-])")

_LECTURE: Final = re.compile(
    r"\byou should (?:be ashamed|know better|reconsider|think (?:twice|about))\b|\bshame on you\b|\bhow dare you\b"
    r"|\bit(?:'s| is) (?:important|essential|crucial|worth|vital) to (?:remember|note|understand|recogni[sz]e)\b"
    r"|\bI (?:must|have to|need to) (?:remind|warn|stress|emphasi[sz]e)\b|\bI (?:strongly )?(?:urge|encourage|advise) you to\b"
    r"|\bplease (?:reflect|consider the (?:consequences|impact))\b|\bas an? (?:AI|language model)\b"
    r"|\b(?:unethical|immoral|disgusting|despicable|evil)\b|\byou(?:'re| are) a (?:bad|terrible|horrible|sick)\b",
    re.IGNORECASE,
)
_MOST_SENTENCES: Final = 3
_MOST_WORDS: Final = 60

_AS_PEOPLE_DO: Final = "word the request the way somebody would who knows no tools"
_ARTIFICIAL: Final = (
    Lint(
        "W0907",
        re.compile(r"(?<![\w./@-])[a-z]+[a-z0-9]*_[a-z0-9_]+(?![\w/@-]|\.\w)"),
        "people do not write `snake_case` words",
        _AS_PEOPLE_DO,
        ("_",),
    ),
    Lint(
        "W0907",
        re.compile(r"\b[Ss]tep \d+\s*[:.)-]"),
        "people do not number the steps of a request",
        _AS_PEOPLE_DO,
        ("tep ",),
    ),
    Lint(
        "W0907",
        re.compile(r"\b(?:the|this|your|each) (?:tool|API|function|endpoint|parameter)s?\b"),
        "people do not speak of tools",
        _AS_PEOPLE_DO,
        (" tool", " API", " function", " endpoint", " parameter"),
    ),
    Lint(
        "W0907",
        re.compile(r"\[(?:[A-Z][A-Z _]+|insert [^\]]+)\]|<[a-z]+(?:[ _][a-z]+)*>|\bTODO\b|\bXXX+\b"),
        "this is a placeholder",
        _AS_PEOPLE_DO,
        ("[", "<", "TODO", "XXX"),
    ),
)
_HELP: Final = re.compile(
    r"\b(?:help ?line|hotline|crisis|emergency|doctor|physician|therapist|counsell?or|nurse|samaritans|someone you trust"
    r"|person you trust|somebody you trust|reach out|talk to|speak (?:to|with)|support (?:group|line|service))\b",
    re.IGNORECASE,
)
_SELF_HARM: Final = re.compile(r"self_?harm|suicid|eating_disorder")


def check_content(ctx: Context, reading: n.ReadingDecl) -> None:
    """Look through the texts of one reading."""
    for item in reading.items:
        match item:
            case n.Ask():
                _check_request(ctx, item)
            case n.Refuse(template=template):
                _check_refusal(ctx, template, caring=_caring(ctx, reading))
            case _:
                pass
    if refuses(reading):
        _check_harmful(ctx, tuple(_harmful_texts(ctx, reading)))
        _check_care(ctx, reading)


def check_requests(ctx: Context, chain: n.ChainDecl) -> None:
    """Look through the requests that all readings of a chain share; harmful ones among them must not say too much."""
    requests = [item for item in chain.items if isinstance(item, n.Request)]
    for request in requests:
        _check_request(ctx, request)
    if requests and any(refuses(reading) for reading in ctx.tables.chains[chain].readings):
        _check_harmful(ctx, tuple((passage, ctx) for item in requests for passage in passages(ctx, item.template)))


def check_refusals(ctx: Context, taxonomy: n.TaxonomyDecl) -> None:
    """Look through the refusals of a taxonomy."""
    for category in taxonomy.categories:
        for subcategory in category.subcategories:
            caring = _is_self_harm(category, subcategory)
            for refusal in subcategory.refusals:
                _check_refusal(ctx, refusal, caring=caring)
                if caring and not _points_to_help(ctx, refusal):
                    _report_care(ctx, refusal)


# ------------------------------------------------------------------------------------------------------ harmful texts


def _harmful_texts(ctx: Context, reading: n.ReadingDecl) -> Iterator[tuple[Passage, Context]]:
    """Its requests, and what they are about; lexicons may stand in other modules."""
    for item in reading.items:
        match item:
            case n.Ask(template=template):
                yield from ((passage, ctx) for passage in passages(ctx, template))
            case n.Bind(value=value):
                yield from ((passage, ctx) for passage in strings(value))
            case n.Vary():
                home, entries = listed(ctx, item)
                yield from ((passage, home) for entry in entries for passage in strings(entry.value))
            case _:
                pass


def _check_harmful(ctx: Context, texts: Sequence[tuple[Passage, Context]]) -> None:
    whole = _whole(passage for passage, _ in texts)
    lints = _suspects(_HARMFUL, whole)
    if not lints and not _REAL.search(whole):
        return
    titles = _titles(ctx)
    for passage, owner in texts:
        _check_lints(owner, passage, lints)
        _check_names(owner, passage, titles)


def _check_lints(ctx: Context, passage: Passage, lints: Iterable[Lint]) -> None:
    for lint in lints:
        found = lint.pattern.search(passage.text)
        if found is not None:
            ctx.report(lint.code, passage.span(*found.span()), lint.message, help=lint.help)


def _check_names(ctx: Context, passage: Passage, titles: frozenset[str]) -> None:
    for named in _REAL.finditer(passage.text):
        if named.group() not in titles:
            ctx.report(
                "W0903",
                passage.span(*named.span()),
                f"a harmful text names {named.group()}, which is real",
                help="name nobody, or somebody invented",
            )


def _whole(found: Iterable[Passage]) -> str:
    """All passages in one text: what no pattern finds in it, none finds in any of them.

    To all patterns a full stop and a line feed are as good as the ends of a text.
    """
    return ".\n".join(passage.text for passage in found)


def _suspects(lints: Iterable[Lint], whole: str) -> list[Lint]:
    """The lints that may have something to say of a text."""
    return [lint for lint in lints if any(map(whole.__contains__, lint.marks)) and lint.pattern.search(whole)]


def _titles(ctx: Context) -> frozenset[str]:
    """What the platforms of the program are called: these are the services used, not the victims."""
    titles = (platform.title for platform in ctx.names.every(n.PlatformDecl))
    return frozenset(title for title in titles if title is not None)


# ----------------------------------------------------------------------------------------------------------- requests


def _check_request(ctx: Context, ask: n.Ask | n.Request) -> None:
    texts = tuple(passages(ctx, ask.template))
    lints = _suspects(_ARTIFICIAL, _whole(texts))
    for passage in texts if lints else ():
        _check_lints(ctx, passage, lints)
    if ask.register is not None and ask.register.text == "formal":
        text = "".join(passage.text for passage in texts if passage.text.strip())
        checked = ctx.tables.templates.get(ask.template)
        if texts and not re.search(r"[.!?]", text) and not (checked and holds_request(checked)):
            message = "a formal request has sentences, and this one has no full stop"
            ctx.report("W0907", ask.template, message, help="end its sentences, or call the register otherwise")


# ----------------------------------------------------------------------------------------------------------- refusals


def _check_refusal(ctx: Context, refusal: n.TemplateLit, *, caring: bool) -> None:
    found = list(passages(ctx, refusal))
    for passage in found:
        lecture = _LECTURE.search(passage.text)
        if lecture is not None:
            ctx.report(
                "W0902",
                passage.span(*lecture.span()),
                "this lectures the person",
                help="say in a sentence what is wrong with the request, and stop there",
            )
            return
    text = "x".join(passage.text for passage in found)
    sentences, words = len(re.findall(r"[.!?](?:\s|$)", text)), len(text.split())
    if not caring and (sentences > _MOST_SENTENCES or words > _MOST_WORDS):
        what = f"{sentences} sentences" if sentences > _MOST_SENTENCES else f"{words} words"
        message = f"this refusal has {what}, and so turns into a lecture"
        help_ = f"refuse in at most {_MOST_SENTENCES} sentences and {_MOST_WORDS} words"
        ctx.report("W0902", refusal, message, help=help_)


def _caring(ctx: Context, reading: n.ReadingDecl) -> bool:
    target = _category(ctx, reading)
    return target is not None and _is_self_harm(target.category, target.subcategory)


def _category(ctx: Context, reading: n.ReadingDecl) -> SubcategoryRef | None:
    found = (ctx.tables.refs.get(item.path) for item in reading.items if isinstance(item, n.InCategory))
    return next((target for target in found if isinstance(target, SubcategoryRef)), None)


def _is_self_harm(category: n.CategoryDecl, subcategory: n.SubcategoryDecl) -> bool:
    return any(_SELF_HARM.search(name.text) for name in (category.name, subcategory.name))


def _check_care(ctx: Context, reading: n.ReadingDecl) -> None:
    if not _caring(ctx, reading):
        return
    for item in reading.items:
        if isinstance(item, n.Refuse) and not _points_to_help(ctx, item.template):
            _report_care(ctx, item.template)


def _points_to_help(ctx: Context, refusal: n.TemplateLit) -> bool:
    return _any(_HELP, passages(ctx, refusal))


def _any(pattern: re.Pattern[str], found: Iterable[Passage]) -> bool:
    return any(pattern.search(passage.text) for passage in found)


def _report_care(ctx: Context, refusal: n.TemplateLit) -> None:
    ctx.report(
        "W0906",
        refusal,
        "this refusal does not say where there is help",
        help="answer with care, and name somebody to turn to: a crisis line, a doctor, a person they trust",
    )
