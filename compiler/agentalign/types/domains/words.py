"""Word lists that generators combine. Their lengths are powers of two, stated below each list."""

from __future__ import annotations


def words(text: str) -> tuple[str, ...]:
    """Return the words of `text`."""
    return tuple(text.split())


ADJECTIVES = words(
    """
amber ample autumn azure bold brave bright brisk broad calm candid cedar clear clever cobalt copper coral cosy crisp
daring deep dusty early easy ebony emerald fair fancy fern fine fleet fond forest fresh frosty gentle glad gold
golden grand green happy hazel hearty hidden honest humble icy indigo ivory jade jolly juniper keen kind lively lone
lucid lucky lunar maple marine mellow merry mighty mild misty modest mossy neat nimble noble north olive opal open
pale patient pearl plain polar proud pure quick quiet rapid rare ready regal robust rosy royal ruby rustic sandy
scarlet serene sharp shiny silent silver simple sleek slow small smart smooth snowy soft solar solid spry steady
still stout sunny sure swift teal tidy timber tranquil true twin velvet vivid warm witty
"""
)
"""128 words."""

NOUNS = words(
    """
acorn anchor apple arbor arrow badger barley basin beacon beech birch bison bloom bluff breeze bridge brook canyon
castle cliff clover comet compass condor corner cove crane creek crest cricket dawn delta dove dune eagle elm falcon
feather field finch fjord flint forge fox garden gate glacier glade grove gull harbor harvest hawk haven heath heron
hill hollow horizon island ivy kestrel lagoon lake lantern larch lark ledge lily linden lodge lotus lynx mango
marten meadow mesa mill mint moor moss mountain nest oak oasis orchard osprey otter owl path pebble peak pine plover
pond poppy prairie quail quarry raven reef ridge river robin rowan sage sail shore sparrow spruce stream summit swan
thicket thistle tide trail tulip valley walnut warbler wharf willow wren yarrow zephyr slope spring
"""
)
"""128 words."""

TOPICS = words(
    """
agenda allowance audit balance batch bookings budget calendar campaign catalog checklist contacts contract customers
delivery donations draft events expenses feedback forecast guests handbook inventory invoice itinerary journal
ledger lesson letters logbook members menu minutes newsletter notes orders payroll permits photos pipeline planning
poster pricing profile project proposal quotes receipts recipes register renewal rentals report reviews roadmap rota
roster salary sales schedule shifts staffing statement
"""
)
"""64 things a file may be about."""

QUALIFIERS = words(
    "2026 2027 april archive autumn backup clean copy draft edited export final january list march merged "
    "notes october old overview plan q1 q2 q3 q4 shared signed spring summary team update v2"
)
"""32 words that tell versions of a file apart."""

EXTENSIONS = ("csv", "docx", "json", "md", "pdf", "png", "txt", "xlsx")
"""8 file name extensions."""

FOLDERS = words(
    "admin archive assets backups billing campaigns clients contracts data designs docs drafts events exports "
    "finance forms hr imports inbox invoices legal logs media notes orders photos projects reports research "
    "scripts shared templates"
)
"""32 folder names."""

USERS = words("alma bram carys dalia elin farid greta hana ines jonas kofi lea mina nils oona pavel")
"""16 login names."""

MAKERS = words(
    """
Alder Ashby Barrow Bellmere Birchwood Blackthorn Brackley Brindle Calder Carrow Cedarhurst Copperfield Cranmere
Darrow Dellwood Dunmore Eastmoor Elderton Elmstead Fallow Farrow Fenwick Fernhill Foxley Garrow Glenmoor Greyfell
Hadley Halden Harrowgate Hartwell Hazelmere Hollin Inglewood Ivybridge Jessop Juniper Kestrel Kingsley Langmere
Larkfield Linden Lockhart Marlow Merrow Mossgrove Norbury Oakley Orchard Pemberley Pinecrest Quillon Ravenhall
Redfern Rookwood Sallow Selwyn Stonebeck Tamsin Thornbury Underhill Wexford Whitlow Yarrow
"""
)
"""64 first halves of company names."""

PARTNERS = words(
    """
Abbott Appleyard Bexley Bramble Brook Bunting Clover Coppice Corrie Cove Crane Dale Daughters Dove Drummond Ember
Fell Finch Flint Forge Frost Gable Gorse Grove Harbour Harper Heath Heron Holt Hythe Ketteridge Kite Lark Loom Lowe
Mallow Marsh Mercer Moor Nightingale North Otter Pell Penrose Pike Plover Quay Quince Reed Rowan Sedge Shore Sons
Spindle Stoat Sorrel Tarn Teal Thistle Tolliver Vale Weaver Wilde Wren
"""
)
"""64 second halves of company names."""

TRADES = words(
    "Analytics Bakery Catering Consulting Couriers Design Engineering Foods Insurance Interiors Logistics "
    "Outfitters Press Software Studios Travel"
)
"""16 lines of business."""

STREETS = words(
    """
Acorn Almond Aspen Badger Barley Beacon Beech Bluebell Bramble Briar Buttercup Cedar Cherry Chestnut Clover Cobbler
Copper Cornflower Cowslip Crocus Daisy Drover Elder Falcon Fennel Foundry Foxglove Garden Granary Harbour Hawthorn
Hazel Heather Heron Holly Honeysuckle Ironbridge Jasmine Juniper Kiln Lantern Larkspur Laurel Lavender Linden Lime
Magnolia Maple Meadow Mill Millrace Orchard Osprey Primrose Quarry Rosemary Saddler Saffron Sorrel Tanner Thyme
Weaver Willow Yew
"""
)
"""64 street names."""

TOWN_STEMS = words(
    "Alder Ash Barrow Birch Black Bracken Bright Cold Crow Dun East Elm Fern Fox Gold Grey Hazel Heron "
    "Holl Iron King Lang Mar North Oak Pine Raven Silver Stone Thorn Wex Wind"
)
"""32 first halves of invented towns."""

TOWN_ENDS = words(
    "bourne brook bury by combe cott dale den fell field ford gate haven hurst leigh mere minster mouth port "
    "ridge sea shaw stead stow thorpe ton vale water well wick wold worth"
)
"""32 second halves of invented towns."""

TOOLS = words(
    """
archive batch billing booking budget calendar catalog census chart chat checkout contact crop delivery donor event
expense export feed field form gallery garden greeting guest import inbox inventory invoice label ledger lesson
library log mail map member menu metrics newsletter note order parcel photo planner poll quiz recipe reminder rental
report review route schedule score shift stock survey tariff ticket timesheet transit voucher weather
"""
)
"""64 things a program may be for."""

ROLES = words(
    "agent api bot builder cleaner client exporter helper importer kit merger parser planner reader runner "
    "scheduler server service sorter splitter sync tagger template tools toolkit tracker ui utils validator "
    "viewer worker writer"
)
"""32 kinds of program."""

LABS = words(
    """
amberfjord ashgrove-labs barkwell birchline bramblesoft brightquarry calmharbor cedarworks clovermill cobaltfinch
copperlark coralmoor cranebrook dawnfield deltafern dovetailed duskwater elmcroft embervale fernwright finchley-code
flintandrow foxglove-io frostmere gladepath goldwren granitebay greenhythe gullwing-dev harborlane hazelbyte
heronsoft hollowoak icefern ivyworks junipertree kestrelsoft lakelight lanternworks larchwood lilymoor lindenlab
maplestack meadowsoft millrace-dev mintleaf-io mossfern northquill oakandash olivegate opalstream orchardbyte
osprey-code pebblelane pinecove poplarsoft quietheron reedmarsh rowanworks sagefield silverplover tarnwater
thistledev willowbyte
"""
)
"""64 invented account names on code hosts."""
