"""The trade as tables: kinds of fastener, their forms, sizes, materials, finishes and standards.

Sizes follow the ISO/DIN tables where a shopper would notice (width across flats, pitch, washer diameters) and simple
proportions of the thread diameter where nobody would.
"""

from __future__ import annotations

from dataclasses import dataclass

PITCH_MM = {3: 0.5, 4: 0.7, 5: 0.8, 6: 1.0, 8: 1.25, 10: 1.5, 12: 1.75, 16: 2.0}  # ISO 261, coarse
ACROSS_FLATS_MM: dict[float, float] = {3: 5.5, 4: 7, 5: 8, 6: 10, 8: 13, 10: 17, 12: 19, 16: 24}  # DIN 931, DIN 934
WASHER_MM = {3: 7, 4: 9, 5: 10, 6: 12, 8: 16, 10: 20, 12: 24, 16: 30}  # DIN 125, outer diameter
SOCKET_KEY_MM = {3: 2.5, 4: 3, 5: 4, 6: 5, 8: 6, 10: 8, 12: 10, 16: 14}  # DIN 912
LENGTHS_MM = (6, 8, 10, 12, 16, 20, 25, 30, 35, 40, 45, 50, 55, 60, 70, 80, 90, 100, 110, 120, 140, 160, 180, 200)

MACHINE = (4, 5, 6, 8, 10, 12, 16)
SMALL = (3, 4, 5, 6, 8)
WOOD_MM = (3.0, 3.5, 4.0, 4.5, 5.0, 6.0)
TAPPING_MM = (2.9, 3.5, 4.2, 4.8, 5.5, 6.3)


@dataclass(frozen=True)
class Make:
    """A material with its finish; `strength` is the mark stamped on hex heads."""

    material: str
    finish: str
    share: float
    strength: str = ""
    colours: tuple[str, ...] = ()


_A2 = "stainless steel A2"
_A4 = "stainless steel A4"
BOLT = (
    Make("steel", "zinc plated", 30, "8.8"),
    Make("steel", "hot-dip galvanised", 11, "8.8"),
    Make("steel", "black oxide", 11, "10.9"),
    Make("steel", "yellow zinc", 9, "8.8"),
    Make("steel", "plain", 7, "8.8"),
    Make(_A2, "plain", 20, "A2-70"),
    Make(_A4, "plain", 9, "A4-80"),
    Make("brass", "plain", 5),
)
SOCKET = (
    Make("steel", "black oxide", 40, "12.9"),
    Make("steel", "zinc plated", 18, "8.8"),
    Make(_A2, "plain", 28, "A2-70"),
    Make(_A4, "plain", 10, "A4-70"),
    Make("steel", "plain", 6, "12.9"),
)
MACHINE_SCREW = (
    Make("steel", "zinc plated", 36),
    Make(_A2, "plain", 26),
    Make(_A4, "plain", 7),
    Make("brass", "plain", 12),
    Make("steel", "black oxide", 10),
    Make("nylon", "plain", 9, colours=("white", "black")),
)
WOOD = (
    Make("steel", "zinc plated", 28),
    Make("steel", "yellow zinc", 34),
    Make("steel", "black oxide", 8),
    Make(_A2, "plain", 18),
    Make("brass", "plain", 8),
    Make("steel", "hot-dip galvanised", 5),
)
DRYWALL = (Make("steel", "black oxide", 80), Make("steel", "zinc plated", 14), Make("steel", "yellow zinc", 10))
OUTDOOR = (
    Make("steel", "zinc plated", 48),
    Make("steel", "hot-dip galvanised", 22),
    Make(_A2, "plain", 22),
    Make(_A4, "plain", 8),
)
NUT = (
    Make("steel", "zinc plated", 34),
    Make("steel", "hot-dip galvanised", 10),
    Make("steel", "black oxide", 7),
    Make("steel", "yellow zinc", 8),
    Make("steel", "plain", 6),
    Make(_A2, "plain", 20),
    Make(_A4, "plain", 8),
    Make("brass", "plain", 7),
)
WASHER = (*NUT, Make("nylon", "plain", 8, colours=("white", "black")), Make("copper", "plain", 6))
SPRING = (
    Make("steel", "zinc plated", 45),
    Make("steel", "black oxide", 14),
    Make("steel", "plain", 8),
    Make(_A2, "plain", 26),
    Make(_A4, "plain", 8),
)
PLUG = (Make("nylon", "plain", 100, colours=("grey", "red", "white", "brown", "blue")),)
HOOK = (
    Make("steel", "zinc plated", 45),
    Make("brass", "plain", 22),
    Make(_A2, "plain", 18),
    Make("steel", "black oxide", 8),
)
PIN = (Make("steel", "plain", 60), Make(_A2, "plain", 40))
RIVET = (Make("aluminium", "plain", 70), Make(_A2, "plain", 20), Make("copper", "plain", 10))


@dataclass(frozen=True)
class Kind:
    """A product type: how it is grouped, sized and made. `forms` lists (head, drive, standard, share)."""

    name: str
    italian: str
    category: str
    share: float
    forms: tuple[tuple[str, str, str, float], ...]
    sizes: tuple[float, ...]
    length: tuple[float, float] | None  # length / diameter, from and to; None: the type has no length
    makes: tuple[Make, ...]
    names: tuple[str, ...]  # what shops call it; the first is the proper name
    italian_names: tuple[str, ...] = ()
    metric: bool = True  # sold as M8; otherwise as a diameter in millimetres


# fmt: off
KINDS: tuple[Kind, ...] = (
    Kind("hex bolt", "bullone a testa esagonale", "Hex bolts", 6, (("hex", "none", "DIN 931", 1),), MACHINE,
         (4, 11), BOLT, ("hex bolt", "hexagon bolt", "hex head bolt", "part threaded hex bolt"),
         ("vite testa esagonale gambo parziale",)),
    Kind("hex set screw", "vite a testa esagonale", "Hex set screws", 6, (("hex", "none", "DIN 933", 1),), MACHINE,
         (1.6, 8), BOLT, ("hex set screw", "hexagon set screw", "setscrew", "fully threaded hex screw"),
         ("vite TE filetto intero", "vite testa esagonale tutto filetto")),
    Kind("flange bolt", "vite flangiata", "Hex bolts", 2, (("flange hex", "none", "DIN 6921", 1),),
         (5, 6, 8, 10, 12), (2, 7), BOLT[:6], ("flange bolt", "hex flange bolt", "flanged hex bolt"),
         ("vite esagonale flangiata",)),
    Kind("carriage bolt", "bullone a testa tonda e quadro sottotesta", "Carriage bolts", 3.5,
         (("carriage", "none", "DIN 603", 1),), (5, 6, 8, 10, 12), (3, 12), OUTDOOR,
         ("carriage bolt", "coach bolt", "cup square bolt"), ("vite tonda quadro sottotesta", "bullone TTQST")),
    Kind("socket cap screw", "vite a testa cilindrica con esagono incassato", "Socket screws", 5,
         (("cylinder", "hex socket", "DIN 912", 4), ("cylinder", "torx", "ISO 14579", 1)), (3, 4, 5, 6, 8, 10, 12),
         (1.5, 9), SOCKET, ("socket cap screw", "cap head screw", "SHCS", "socket head cap screw"), ("vite TCEI",)),
    Kind("button head screw", "vite a testa bombata", "Button head screws", 4,
         (("button", "hex socket", "ISO 7380", 3), ("button", "torx", "ISO 7380-TX", 1)), (3, 4, 5, 6, 8, 10),
         (1.5, 7), SOCKET, ("button head screw", "button socket screw", "dome head screw"), ("vite TBEI",)),
    Kind("countersunk machine screw", "vite a testa svasata", "Countersunk machine screws", 5,
         (("countersunk", "hex socket", "DIN 7991", 3), ("countersunk", "slot", "DIN 963", 2),
          ("countersunk", "phillips", "DIN 965", 2), ("countersunk", "pozidriv", "DIN 965-Z", 2),
          ("countersunk", "torx", "ISO 14581", 1)), (3, 4, 5, 6, 8, 10), (2, 9), MACHINE_SCREW,
         ("countersunk machine screw", "CSK machine screw", "flat head machine screw", "csk screw"),
         ("vite TPS", "vite testa piana svasata")),
    Kind("pan head machine screw", "vite a testa cilindrica bombata", "Pan head machine screws", 4,
         (("pan", "phillips", "DIN 7985", 3), ("pan", "pozidriv", "DIN 7985-Z", 3), ("pan", "torx", "ISO 14583", 2),
          ("pan", "slot", "DIN 85", 1)), SMALL, (1.6, 9), MACHINE_SCREW,
         ("pan head machine screw", "pan machine screw", "pan head screw"), ("vite TC bombata",)),
    Kind("cheese head screw", "vite a testa cilindrica con intaglio", "Cheese head screws", 2,
         (("cheese", "slot", "DIN 84", 1),), SMALL, (1.6, 9), MACHINE_SCREW,
         ("cheese head screw", "slotted cheese head screw"), ("vite TC intaglio",)),
    Kind("grub screw", "grano", "Grub screws", 3,
         (("none", "hex socket", "DIN 913", 2), ("none", "slot", "DIN 551", 1)), (4, 5, 6, 8, 10, 12), (1, 3.5),
         SOCKET[:4], ("grub screw", "headless screw", "socket grub screw"), ("grano filettato", "vite senza testa")),
    Kind("wood screw", "vite per legno", "Wood screws", 7,
         (("countersunk", "pozidriv", "", 4), ("countersunk", "torx", "", 4), ("pan", "pozidriv", "", 1),
          ("raised countersunk", "slot", "DIN 95", 1)), WOOD_MM, (5, 16), WOOD,
         ("wood screw", "chipboard screw", "woodscrew"), ("vite truciolare",), metric=False),
    Kind("drywall screw", "vite per cartongesso", "Drywall screws", 3, (("bugle", "phillips", "DIN 18182", 1),),
         (3.5, 3.9, 4.2), (7, 16), DRYWALL, ("drywall screw", "plasterboard screw"), (), metric=False),
    Kind("self-tapping screw", "vite autofilettante", "Self-tapping screws", 4,
         (("pan", "phillips", "DIN 7981", 2), ("pan", "pozidriv", "DIN 7981-Z", 2), ("pan", "torx", "ISO 14585", 1),
          ("countersunk", "phillips", "DIN 7982", 2), ("pan", "slot", "DIN 7971", 1)), TAPPING_MM, (2.5, 9),
         (*WOOD[:1], *WOOD[2:4]), ("self-tapping screw", "self tapper", "tapping screw"), ("autofilettante",),
         metric=False),
    Kind("self-drilling screw", "vite autoperforante", "Self-drilling screws", 3.5,
         (("flange hex", "none", "DIN 7504-K", 3), ("pan", "phillips", "DIN 7504-M", 1),
          ("countersunk", "phillips", "DIN 7504-O", 1)), TAPPING_MM[2:], (3, 10), OUTDOOR[:1] + OUTDOOR[2:3],
         ("self-drilling screw", "tek screw", "self drill screw"), ("autoperforante",), metric=False),
    Kind("coach screw", "tirafondo", "Coach screws", 3.5, (("hex", "none", "DIN 571", 1),), (6, 8, 10, 12), (4, 12),
         OUTDOOR, ("coach screw", "lag screw", "lag bolt"), ("vite mordente",)),
    Kind("hanger bolt", "vite doppio filetto", "Hanger bolts", 2, (("none", "none", "", 1),), (5, 6, 8, 10), (6, 14),
         OUTDOOR[:3], ("hanger bolt", "double ended stud", "stud screw"), ("vite di congiunzione",)),
    Kind("threaded rod", "barra filettata", "Threaded rods", 3, (("none", "none", "DIN 975", 1),), MACHINE, (9, 18),
         OUTDOOR, ("threaded rod", "studding", "allthread", "threaded bar"), ()),
    Kind("hex nut", "dado esagonale", "Hex nuts", 4.5, (("none", "none", "DIN 934", 1),), MACHINE, None, NUT,
         ("hex nut", "full nut", "hexagon nut"), ("dado medio",)),
    Kind("thin nut", "dado basso", "Hex nuts", 2, (("none", "none", "DIN 439", 1),), MACHINE, None, NUT,
         ("thin nut", "half nut", "jam nut", "thin hex nut"), ("dado esagonale basso",)),
    Kind("lock nut", "dado autobloccante", "Lock nuts", 4, (("none", "none", "DIN 985", 1),), MACHINE, None, NUT[:7],
         ("lock nut", "nyloc nut", "nylon insert nut", "locknut"), ("autobloccante",)),
    Kind("flange nut", "dado flangiato", "Flange nuts", 3, (("none", "none", "DIN 6923", 1),), MACHINE[:6],
         None, NUT[:7], ("flange nut", "flanged nut", "hex flange nut", "serrated flange nut"), ()),
    Kind("cap nut", "dado cieco", "Cap nuts", 3, (("none", "none", "DIN 1587", 1),), MACHINE, None,
         (*NUT[:1], *NUT[5:]), ("cap nut", "acorn nut", "dome nut"), ("dado a calotta",)),
    Kind("wing nut", "dado ad alette", "Wing nuts", 2.5, (("none", "none", "DIN 315", 1),), (4, 5, 6, 8, 10), None,
         (*NUT[:1], *NUT[5:]), ("wing nut", "butterfly nut", "wingnut"), ("galletto",)),
    Kind("square nut", "dado quadro", "Square nuts", 2, (("none", "none", "DIN 557", 1),), (5, 6, 8, 10, 12), None,
         NUT[:6], ("square nut", "square full nut"), ()),
    Kind("coupling nut", "manicotto filettato", "Coupling nuts", 2.5, (("none", "none", "DIN 6334", 1),), MACHINE[1:],
         (3, 3), NUT[:6], ("coupling nut", "connector nut", "extension nut", "studding connector"),
         ("dado di giunzione",)),
    Kind("flat washer", "rondella piana", "Flat washers", 4, (("none", "none", "DIN 125", 1),), MACHINE, None, WASHER,
         ("flat washer", "form A washer", "plain washer"), ("rosetta piana",)),
    Kind("penny washer", "rondella larga", "Penny washers", 2.5, (("none", "none", "DIN 9021", 1),), MACHINE[:6],
         None, WASHER, ("penny washer", "repair washer", "fender washer", "mudguard washer"),
         ("rondella fascia larga",)),
    Kind("spring washer", "rondella elastica", "Lock washers", 2, (("none", "none", "DIN 127", 1),), MACHINE, None,
         SPRING, ("spring washer", "split washer", "spring lock washer"), ("rondella grower",)),
    Kind("toothed washer", "rondella dentata", "Lock washers", 2, (("none", "none", "DIN 6797", 1),), MACHINE[:6],
         None, SPRING, ("toothed washer", "shakeproof washer", "star washer", "tooth lock washer"), ()),
    Kind("wall plug", "tassello in nylon", "Wall plugs", 4.5, (("none", "none", "", 1),), (5, 6, 8, 10, 12), (4, 7),
         PLUG, ("wall plug", "wallplug", "rawl plug", "expansion plug"), ("tassello", "tassello a muro"),
         metric=False),
    Kind("through bolt", "ancorante passante", "Heavy anchors", 3, (("none", "none", "", 1),), (6, 8, 10, 12, 16),
         (6, 12), OUTDOOR, ("through bolt", "throughbolt", "wedge anchor", "stud anchor"),
         ("ancorante meccanico", "tassello a espansione passante")),
    Kind("sleeve anchor", "ancorante a camicia", "Heavy anchors", 2.5, (("hex", "none", "", 1),), (6, 8, 10, 12),
         (4, 9), OUTDOOR[:1] + OUTDOOR[2:3], ("sleeve anchor", "shield anchor", "rawlbolt"),
         ("tassello metallico",)),
    Kind("drop-in anchor", "ancorante a percussione", "Drop-in anchors", 2, (("none", "none", "", 1),),
         (6, 8, 10, 12), (3, 4), OUTDOOR[:1] + OUTDOOR[2:], ("drop-in anchor", "drop in anchor", "hammer anchor"),
         ("ancorante femmina",)),
    Kind("screw eye", "occhiolo a vite", "Hooks and eyes", 2, (("eye", "none", "", 1),), (3.0, 4.0, 5.0, 6.0),
         (7, 13), HOOK, ("screw eye", "eye screw", "vine eye"), ("vite a occhiolo",), metric=False),
    Kind("screw hook", "gancio a vite", "Hooks and eyes", 2, (("hook", "none", "", 1),), (3.0, 4.0, 5.0, 6.0),
         (8, 14), HOOK, ("screw hook", "cup hook", "ceiling hook"), ("gancio",), metric=False),
    Kind("square hook", "gancio a L", "Hooks and eyes", 1.5, (("L", "none", "", 1),), (3.0, 4.0, 5.0, 6.0), (8, 14),
         HOOK, ("square hook", "L hook", "dresser hook", "square bend hook"), ("gancio dritto",), metric=False),
    Kind("angle bracket", "angolare", "Brackets", 3, (("none", "none", "", 1),), (2.0, 2.5, 3.0), (16, 34), HOOK,
         ("angle bracket", "corner brace", "L bracket"), ("squadretta", "angolare di fissaggio"), metric=False),
    Kind("dowel pin", "spina cilindrica", "Pins", 2, (("none", "none", "DIN 7", 1),), (3.0, 4.0, 5.0, 6.0, 8.0, 10.0),
         (2.5, 9), PIN, ("dowel pin", "parallel pin", "locating pin"), ("spina",), metric=False),
    Kind("blind rivet", "rivetto a strappo", "Rivets", 2.5,
         (("dome", "none", "DIN 7337-A", 3), ("countersunk", "none", "DIN 7337-B", 1)), (3.2, 4.0, 4.8, 6.4),
         (1.8, 5), RIVET, ("blind rivet", "pop rivet", "break stem rivet"), ("rivetto",), metric=False),
)
# fmt: on
BY_NAME = {kind.name: kind for kind in KINDS}


def pitch_mm(diameter_mm: float, *, metric: bool) -> float:
    """The pitch of a thread: ISO coarse for machine threads, about .45 of the diameter for wood and sheet metal."""
    if metric and diameter_mm in PITCH_MM:
        return PITCH_MM[int(diameter_mm)]
    return 0.45 * diameter_mm


def across_flats_mm(diameter_mm: float) -> float:
    """The spanner size of a hex head or nut."""
    return ACROSS_FLATS_MM.get(diameter_mm, 1.7 * diameter_mm)


def drive_size(drive: str, diameter_mm: float) -> str:
    """The tool that fits: `T25`, `PZ2`, `PH2`, `5 mm` for a hex key; empty where a tool has no size."""
    if drive == "torx":
        steps = ((3.2, "T10"), (3.7, "T15"), (4.4, "T20"), (5.4, "T25"), (6.4, "T30"), (8.5, "T40"), (99, "T50"))
        return next(size for limit, size in steps if diameter_mm <= limit)
    if drive in ("pozidriv", "phillips"):
        letters = "PZ" if drive == "pozidriv" else "PH"
        return letters + ("1" if diameter_mm < 3 else "2" if diameter_mm < 5.2 else "3" if diameter_mm < 8 else "4")
    if drive == "hex socket":
        return f"{SOCKET_KEY_MM[int(diameter_mm)]:g} mm"
    return ""
