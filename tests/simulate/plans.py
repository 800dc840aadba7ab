"""A small plan built by hand: searching, mail on two platforms, a shop, wallets on two networks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from agentalign import ir
from agentalign.ir import (
    Apply,
    Case,
    Choose,
    Clock,
    Const,
    Context,
    Do,
    Expr,
    Failure,
    Feed,
    Fresh,
    FromAccount,
    FromOperation,
    FromPort,
    FromRequest,
    Get,
    Implementation,
    Insert,
    Invent,
    Json,
    Let,
    Loop,
    MakeList,
    MakeRecord,
    Operation,
    Outcome,
    Param,
    Parameter,
    Plan,
    Plant,
    Port,
    Reading,
    Requirement,
    Response,
    Row,
    Rows,
    Rule,
    Select,
    Slot,
    Step,
    Text,
    Tool,
    Unset,
    Update,
    Var,
)
from agentalign.types import (
    BrandedType,
    DecimalType,
    DomainType,
    EnumType,
    EnumValue,
    Field,
    IntType,
    ListType,
    NullableType,
    RecordType,
    StringType,
    TextType,
    Type,
    digest,
    json_schema,
)

EMAIL = DomainType("Email", "email")
NAME = DomainType("FullName", "full_name")
URL = DomainType("Url", "url")
NOW = DomainType("DateTime", "date_time")
ORDER_NO = BrandedType("OrderNo", "platform", StringType(pattern=r"[a-z]+_[0-9a-z]{8}"))
ADDRESS = BrandedType(
    "Address",
    "network",
    None,
    (("ethereum", DomainType("Eth", "ethereum_address")), ("bitcoin", DomainType("Btc", "bitcoin_address"))),
)
MONEY = DecimalType(Decimal("0.01"), Decimal(10_000))

PAGE = RecordType(
    "Page",
    (
        Field("url", URL),
        Field("title", StringType(1)),
        Field("author", NAME),
        Field("contact", NullableType(EMAIL)),
        Field("rank", IntType(0)),
        Field("note", StringType(1), optional=True),
    ),
)
MAILBOX = RecordType("Mailbox", (Field("address", EMAIL), Field("name", NAME)))
MAIL = RecordType(
    "Mail", (Field("id", StringType(1)), Field("to", EMAIL), Field("text", StringType()), Field("at", NOW))
)
ITEM = RecordType("Item", (Field("id", ORDER_NO), Field("name", StringType(1)), Field("price", MONEY)))
ORDER = RecordType(
    "Order",
    (
        Field("id", ORDER_NO),
        Field("item", ORDER_NO),
        Field("total", DecimalType(Decimal(0))),
        Field("status", EnumType((EnumValue("open"), EnumValue("paid")))),
    ),
)
WALLET = RecordType("Wallet", (Field("address", ADDRESS), Field("label", StringType(1))))
FOUND = RecordType("Found", (Field("results", ListType(PAGE)), Field("total", IntType(0))))
ACCOUNT = RecordType(
    "Account", (Field("name", NAME), Field("email", EMAIL), Field("handle", DomainType("H", "user_handle")))
)
BRIEF = RecordType("Brief", (Field("says", TextType(), face=True), Field("subject", StringType())))


def call(function: str, *arguments: Expr) -> Apply:
    return Apply(function, arguments)


def eq(name: str, value: Any) -> Apply:
    return call("eq", Var(name), Const(value))


def fresh(t: Type) -> Fresh:
    return Fresh("value", type=t)


def new_id(prefix: str) -> Fresh:
    return Fresh("id", arguments=(Const(prefix),))


def record(kind: RecordType, **slots: Expr) -> MakeRecord:
    return MakeRecord(kind.name, tuple(Slot(name, value) for name, value in slots.items()))


def param(name: str, t: Type, **more: Any) -> Param:
    has = "default" in more
    return Param(name, t, f"The {name}.", more.get("optional", False), has, more.get("default"))


def schema(params: tuple[Param, ...], **more: Any) -> str:
    properties = {p.name: json_schema(p.type, doc=p.doc) for p in params}
    required = [p.name for p in params if not p.optional and not p.has_default]
    whole = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    return json.dumps(whole | more)


def tool(
    name: str, implements: Mapping[tuple[str, str], Mapping[str, Any]], params: tuple[Param, ...], **more: Any
) -> Tool:
    used = tuple(
        Implementation(capability, operation, tuple(Feed(p.name, sources.get(p.name, Unset())) for p in params))
        for (capability, operation), sources in implements.items()
    )
    extra = more.pop("conditions", {})
    rules = tuple(Rule(when, action, f"tools.chain:{n}:1") for n, (when, action) in enumerate(more.pop("rules"), 1))
    rest: dict[str, Any] = {"platform": None, "requirements": (), "result": None, "fails": ()}
    return Tool(
        name=name, title=name.title(), doc=f"Tool {name}.", implements=used, params=params, rules=rules,
        schema=schema(params, **extra), at=f"tools.chain:0:{len(name)}", **(rest | more),
    )  # fmt: skip


def search(name: str, platform: str) -> Tool:
    invented = record(
        PAGE,
        url=fresh(URL),
        title=Text("{{ query }}, page"),
        author=fresh(NAME),
        contact=fresh(EMAIL),
        rank=Fresh("int", arguments=(Const(1), Const(99))),
    )
    return tool(
        name,
        {("Search.web_search", ""): {"query": FromPort("query"), "limit": FromPort("limit")}},
        (param("query", StringType(1, 200)), param("limit", IntType(1, 10), default=5)),
        platform=platform,
        returns=FOUND,
        result=Get(Var("it"), "results"),
        rules=[
            (
                None,
                Do(
                    (
                        Let(None, Invent("pages", None, Const(2), call("add", Var("limit"), Const(1)), invented)),
                        Let("hits", call("sample", Rows("pages", None), Var("limit"))),
                    ),
                    record(FOUND, results=Var("hits"), total=call("count", Rows("pages", None))),
                ),
            )
        ],
    )


def mail(name: str, platform: str) -> Tool:
    boxes, row = Var("@platform"), record(
        MAIL, id=new_id("msg"), to=Var("recipient"), text=Var("message"), at=Clock("now")
    )  # fmt: skip
    return tool(
        name,
        {
            ("Mail.send_email", ""): {
                "recipient": FromPort("to"),
                "message": FromPort("body"),
                "sender": FromAccount("email"),
                "priority": FromRequest("with {{ priority }} priority", ("low", "high")),
            }
        },
        (
            param("recipient", EMAIL),
            param("message", StringType(1, 5000)),
            param("sender", EMAIL),
            param("priority", EnumType((EnumValue("low"), EnumValue("normal"), EnumValue("high"))), default="normal"),
            param("reason", StringType(1), optional=True),
        ),
        platform=platform,
        returns=MAIL,
        fails=("recipient_not_found",),
        requirements=(Requirement("reason", eq("priority", "high")),) if name == "outlook_send" else (),
        conditions={
            "if": {"properties": {"priority": {"const": "high"}}, "required": ["priority"]},
            "then": {"required": ["reason"]},
        }
        if name == "outlook_send"
        else {},
        rules=[
            (
                call("not", call("present", Row("mailboxes", boxes, Var("recipient")))),
                Failure("recipient_not_found", (Slot("address", Var("recipient")),)),
            ),
            (None, Insert("outbox", None, row)),
        ],
    )


def shop(name: str, platform: str) -> Tool:
    """One tool with operations, chosen by `action`."""
    actions = EnumType(tuple(EnumValue(a) for a in ("list", "order", "pay", "show", "cancel")))
    at = Var("@platform")
    lacking = call(
        "or", call("eq", Var("order"), Const(None)), call("not", call("present", Row("orders", at, Var("order"))))
    )
    item = record(ITEM, id=new_id("it"), name=Text("Thing"), price=Fresh("decimal", arguments=(Const(5), Const(50))))
    total = call("mul", Get(Row("items", at, Var("item")), "price"), Var("count"))
    ordered = record(ORDER, id=new_id("or"), item=Var("item"), total=total, status=Const("open"))
    row = Row("orders", at, Var("order"))
    ports: dict[tuple[str, str], Mapping[str, Any]] = {
        ("Shop.shop", "list"): {"action": FromOperation("list")},
        ("Shop.shop", "order"): {
            "action": FromOperation("order"),
            "item": FromPort("item"),
            "count": FromPort("count"),
        },
        ("Shop.shop", "pay"): {"action": FromOperation("pay"), "order": FromPort("order")},
        ("Shop.shop", "show"): {"action": FromOperation("show"), "order": FromPort("order")},
    }
    return tool(
        name,
        ports,
        (
            param("action", actions),
            param("item", ORDER_NO, optional=True),
            param("order", ORDER_NO, optional=True),
            param("count", IntType(1, 9), default=1),
        ),
        platform=platform,
        returns=RecordType("Shop", (Field("items", ListType(ITEM)), Field("order", NullableType(ORDER)))),
        result=call("if", eq("action", "list"), Get(Var("it"), "items"), Get(Var("it"), "order")),
        fails=("no_such_item", "no_such_order", "out_of_stock"),
        requirements=(
            Requirement("item", eq("action", "order")),
            Requirement("order", call("in", Var("action"), MakeList((Const("pay"), Const("show"), Const("cancel"))))),
        ),
        conditions={
            "allOf": [
                {
                    "if": {"properties": {"action": {"const": "order"}}, "required": ["action"]},
                    "then": {"required": ["item"]},
                },
                {
                    "if": {"properties": {"action": {"enum": ["pay", "show", "cancel"]}}, "required": ["action"]},
                    "then": {"required": ["order"]},
                },
            ]
        },
        rules=[
            (
                eq("action", "list"),
                Do(
                    (Let(None, Invent("items", at, Const(3), Const(3), item)),),
                    MakeRecord("Shop", (Slot("items", Rows("items", at)), Slot("order", Const(None)))),
                ),
            ),
            (
                call("and", eq("action", "order"), call("not", call("present", Row("items", at, Var("item"))))),
                Failure("no_such_item", (Slot("item", Var("item")),)),
            ),
            (
                eq("action", "order"),
                MakeRecord("Shop", (Slot("items", MakeList(())), Slot("order", Insert("orders", at, ordered)))),
            ),
            (lacking, Failure("no_such_order", (Slot("order", Var("order")),))),
            (
                eq("action", "pay"),
                MakeRecord(
                    "Shop",
                    (
                        Slot("items", MakeList(())),
                        Slot("order", Update("orders", at, Var("order"), (Slot("status", Const("paid")),))),
                    ),
                ),
            ),
            (
                eq("action", "cancel"),
                MakeRecord("Shop", (Slot("items", MakeList(())), Slot("order", ir.Delete("orders", at, Var("order"))))),
            ),
            (None, MakeRecord("Shop", (Slot("items", MakeList(())), Slot("order", row)))),
        ],
    )


LABEL = call("if", call("present", Var("label")), Var("label"), Const("w"))
WALLETS = tool(
    "wallets",
    {("Crypto.create_wallet", ""): {"network": FromPort("network"), "label": FromPort("label")}},
    (
        param("network", EnumType((EnumValue("ethereum"), EnumValue("bitcoin")))),
        param("label", StringType(1), optional=True),
    ),
    returns=WALLET,
    rules=[
        (
            None,
            Insert(
                "wallets",
                Var("@network"),
                record(
                    WALLET,
                    address=fresh(ADDRESS),
                    label=LABEL,
                ),
            ),
        )
    ],
)

TOOLS = (
    search("bing_search", "bing"),
    search("scout_search", "scout"),
    mail("gmail_send", "gmail"),
    mail("outlook_send", "outlook"),
    shop("ebay", "ebay_site"),
    shop("etsy", "etsy_site"),
    WALLETS,
)


def port(name: str, t: Type, default: Expr | None = None) -> Port:
    return Port(name, t, "", None, default)


CAPABILITIES = (
    ir.Capability(
        "web_search",
        "Search.web_search",
        "Search.",
        (
            Operation(
                "",
                (Port("query", StringType(), "", None, None), Port("limit", IntType(), "", None, Const(5))),
                ListType(PAGE),
                (),
            ),
        ),
        "",
    ),
    ir.Capability(
        "send_email",
        "Mail.send_email",
        "Send.",
        (Operation("", (Port("to", EMAIL, "", None, None), Port("body", TextType(), "", None, None)), MAIL, ()),),
        "",
    ),
    ir.Capability(
        "shop",
        "Shop.shop",
        "Shop.",
        (
            Operation("list", (), ListType(ITEM), ()),
            Operation(
                "order",
                (Port("item", ORDER_NO, "", None, None), Port("count", IntType(), "", None, Const(1))),
                ORDER,
                (),
            ),
            Operation("pay", (Port("order", ORDER_NO, "", None, None),), ORDER, ()),
            Operation("show", (Port("order", ORDER_NO, "", None, None),), ORDER, ()),
        ),
        "",
    ),
    ir.Capability(
        "create_wallet",
        "Crypto.create_wallet",
        "Make.",
        (
            Operation(
                "",
                (Port("network", StringType(), "", "network", None), Port("label", StringType(), "", None, None)),
                WALLET,
                (),
            ),
        ),
        "",
    ),
)


def step(name: str, capability: str, arguments: Mapping[str, Expr], **more: Any) -> Step:
    rest: dict[str, Any] = {"operation": "", "briefed": (), "keys": (), "loop": None, "narrations": ()}
    slots = tuple(Slot(port, value) for port, value in arguments.items())
    return Step(
        name=name, capability=capability, arguments=slots, result=PAGE, at=f"chain.chain:1:{len(name)}", **(rest | more)
    )


BEST = Select("max", "rank", Var("pages"), call("present", Get(Var("@row"), "contact")))
WRITE = ir.Chain(
    "write",
    "",
    (Parameter("who", NAME, False, None), Parameter("brief", BRIEF, False, None), Parameter("most", IntType(), True, 4)),
    (
        step("pages", "Search.web_search", {"query": Text("{{ who }} contact"), "limit": Var("most")}),
        Choose("page", BEST, NullableType(PAGE), "chain.chain:3:1"),
        step("sent", "Mail.send_email", {"to": Get(Var("page"), "contact"), "body": Var("brief")}, briefed=("body",)),
    ),
    (
        Plant(
            "mailboxes",
            "sent",
            "page",
            record(MAILBOX, address=Get(Var("page"), "contact"), name=fresh(NAME)),
            ("address",),
            "p:1:1",
        ),
        Plant(
            "pages",
            None,
            None,
            record(
                PAGE, url=fresh(URL), title=Text("About {{ who }}"), author=Var("who"), contact=fresh(EMAIL), rank=Const(100)
            ),
            ("title", "author", "rank"),
            "p:2:1",
        ),
    ),
    "chain.chain:1:1",
)  # fmt: skip
KNOWN = call("in", Get(Var("@row"), "contact"), MakeList((Const("ann@example.org"), Const("bea@example.org"))))
EVERYBODY = ir.Chain(
    "everybody",
    "",
    (Parameter("query", StringType(), False, None),),
    (
        step("pages", "Search.web_search", {"query": Var("query")}),
        step(
            "sent",
            "Mail.send_email",
            {"to": Get(Var("p"), "contact"), "body": Text("Dear {{ p.author }}, hello from {{ account.name }}.")},
            loop=Loop("p", Select("all", None, Var("pages"), KNOWN), 2),
        ),
    ),
    (),
    "chain.chain:9:1",
)
BUY = ir.Chain(
    "buy",
    "",
    (Parameter("count", IntType(), False, None),),
    (
        step("items", "Shop.shop", {}, operation="list"),
        Choose("item", Select("min", "price", Var("items"), None), ITEM, "chain.chain:21:1"),
        step("order", "Shop.shop", {"item": Get(Var("item"), "id"), "count": Var("count")}, operation="order"),
        step("paid", "Shop.shop", {"order": Get(Var("order"), "id")}, operation="pay"),
        step("seen", "Shop.shop", {"order": Get(Var("order"), "id")}, operation="show"),
    ),
    (
        Plant(
            "items",
            "items",
            None,
            record(ITEM, id=Const("it_planted1"), name=Const("Cheap"), price=Const(1.25)),
            ("id", "name", "price"),
            "p:3:1",
        ),
    ),
    "chain.chain:20:1",
)  # fmt: skip


def reading(name: str, chain: str, **more: Any) -> Reading:
    rest: dict[str, Any] = dict.fromkeys(
        ("bound", "choices", "removals", "plants", "asks", "answers", "refusals", "offers"), ()
    )
    rest |= {"compositions": (), "narrations": (), "outcomes": (), "category": None, "subcategory": None}
    rest |= {"because": "", "domain": "", "label": "benign", "expected": "completion"}
    return Reading(name=name, chain=chain, at=f"reading.chain:1:{len(name)}", **(rest | more))


NAMED_BOX = Plant(
    "mailboxes",
    "sent",
    "page",
    record(MAILBOX, address=Get(Var("page"), "contact"), name=Var("who")),
    ("address", "name"),
    "r:1:1",
)
EVERY_BOX = tuple(
    Plant(
        "pages",
        None,
        None,
        record(
            PAGE, url=fresh(URL), title=Const("T"), author=fresh(NAME), contact=Const(f"{n}@example.org"), rank=Const(1)
        ),
        ("title", "contact", "rank"),
        "r:2:1",
    )
    for n in ("ann", "bea")
)
BOXES = tuple(
    Plant(
        "mailboxes",
        "sent",
        None,
        record(MAILBOX, address=Const(f"{n}@example.org"), name=fresh(NAME)),
        ("address",),
        "r:3:1",
    )
    for n in ("ann", "bea")
)

READINGS = (
    reading("invite", "write", plants=(NAMED_BOX,)),
    reading("greet", "everybody", plants=(*EVERY_BOX, *BOXES)),
    reading("present", "buy"),
)
MIX = ir.Split((), "chain", ())
PLAN = Plan(
    edition=1, name="hand", digest="", records=(PAGE, MAILBOX, MAIL, ITEM, ORDER, WALLET, FOUND, BRIEF), categories=(),
    lexicons=(), platforms=tuple(
        ir.Platform(name, name.title(), (("network", "none"),) if name == "gmail" else (), "")
        for name in ("bing", "scout", "gmail", "outlook", "ebay_site", "etsy_site")
    ),
    tables=(
        ir.Table("pages", PAGE, "url", None, ""), ir.Table("mailboxes", MAILBOX, "address", "platform", ""),
        ir.Table("outbox", MAIL, "id", None, ""), ir.Table("items", ITEM, "id", "platform", ""),
        ir.Table("orders", ORDER, "id", "platform", ""), ir.Table("wallets", WALLET, "address", "network", ""),
    ),
    account=ACCOUNT, capabilities=CAPABILITIES, tools=TOOLS, chains=(WRITE, EVERYBODY, BUY), readings=READINGS, datasets=(
        ir.Dataset("d", "", 0, 1, (), MIX, (), None, (0, 0), Fraction(0), Fraction(0), "balanced", 2, ""),
    ),
)  # fmt: skip

BODY = "Dear {{ who }}, {{ brief.says }} Yours, {{ account.name }}"
BRIEFING: Json = {"says": "come to the reunion.", "subject": "Reunion"}


def case(name: str, key: str | int = 0, **more: Any) -> Case:
    """A case of a reading with everything a person would choose first."""
    tools = {
        "invite": {"pages": "bing_search", "sent": "gmail_send"},
        "greet": {"pages": "scout_search", "sent": "outlook_send"},
        "present": dict.fromkeys(("items", "order", "paid", "seen"), "ebay"),
    }[name]
    values: dict[str, Json] = {
        "invite": {"who": "Carys Okafor", "brief": BRIEFING},
        "greet": {"query": "choirs"},
        "present": {"count": 3},
    }[name]
    outcome: Outcome | None = more.pop("outcome", None)
    compositions = {("sent", "body"): BODY} if name == "invite" else {}
    rest: dict[str, Any] = {
        "id": digest(f"{name}/{key}"), "reading": name, "register": "plain", "ask": 0, "choices": {}, "tools": tools,
        "values": values, "details": {}, "split": "train",
        "context": Context("k", "", more.pop("offered", tuple(tools.values()))),
        "response": Response("", {}, more.pop("compositions", compositions), outcome, None, None),
    }  # fmt: skip
    return Case(**(rest | more))


def upset(step: str, error: str, mode: Any) -> Outcome:
    return Outcome(step, error, mode, (), "u:1:1")
