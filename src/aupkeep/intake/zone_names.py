"""The names of time zones in abuse mail: places, abbreviations, and what each of them means.

Names that mean different offsets on different continents (CST, IST, BST, AST, ECT …) mean all of
them. What looks like an abbreviation and stands in no table is a zone that nobody can read.
"""

import re

# hours from UTC, of those with one meaning
HOURS = {
    "Z": 0, "UTC": 0, "GMT": 0, "UT": 0, "WET": 0, "WEST": 1, "CET": 1, "MEZ": 1, "MET": 1,
    "CEST": 2, "MESZ": 2, "MEST": 2, "EET": 2, "EEST": 3, "MSK": 3,
    "EST": -5, "EDT": -4, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
    "AKST": -9, "AKDT": -8, "HST": -10, "JST": 9, "KST": 9, "SGT": 8, "HKT": 8,
    "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
}  # fmt: skip  # RFC 5322 section 4.3 gives the American ones
_PLACES = {
    "UTC": "coordinated universal|universal|universel|universale|greenwich mean|"
    "universal coordinado|universel coordonné|universale coordinato",
    "Europe/Oslo": "norwegian|norsk|norske|norges|oslo",
    "Europe/Stockholm": "swedish|svensk|svenska|stockholm|stockholms",
    "Europe/Copenhagen": "danish|dansk|copenhagen|københavn|københavnsk",
    "Europe/Helsinki": "finnish|finsk|helsinki|eastern european|osteuropäische|osteuropäischer|"
    "osteuropäischen",
    "Europe/Berlin": "german|deutsche|deutscher|deutschen|tysk|berlin|berliner|frankfurt|"
    "mitteleuropäische|mitteleuropäischer|mitteleuropäischen|"
    "central european|sentraleuropeisk|midden-europese|w. europe|allemande|alemana",
    "Europe/Vienna": "austrian|österreichische|österreichischer|österreichischen|vienna|wien|"
    "wiener",
    "Europe/Zurich": "swiss|schweizer|zurich|zürich|zürcher",
    "Europe/Paris": "french|paris|pariser|française|france|romance|france métropolitaine",
    "Europe/Amsterdam": "dutch|nederlandse|amsterdam|amsterdamse",
    "Europe/Brussels": "belgian|belgische|brussels|brussel|bruxelles",
    "Europe/Madrid": "spanish|madrid|peninsular|española|peninsular española|españa",
    "Europe/Rome": "italian|italiana|italiano|rome|roma|italia",
    "Europe/Warsaw": "polish|polski|polskiego|polskim|warszawskim|warsaw|"
    "warszawa|warszawskiego|warszawy",
    "Europe/Lisbon": "portuguese|lisbon|lisboa|western european",
    "Europe/London": "british|uk|london|british summer",
    "Europe/Dublin": "irish|dublin",
    "Europe/Athens": "greek|athens",
    "Europe/Kyiv": "ukrainian|kyiv|kiev",
    "Europe/Moscow": "moscow|moskva|moskau|moscou|russian|moskauer",
    "Asia/Kolkata": "indian|india|india standard",
    "Asia/Tokyo": "japanese|japan|tokyo",
    "Asia/Singapore": "singapore",
    "Asia/Shanghai": "chinese|china|beijing",
    "Australia/Sydney": "sydney|australian eastern",
    "America/New_York": "eastern|us eastern|new york",
    "America/Chicago": "central|us central|chicago",
    "America/Denver": "mountain|us mountain|denver",
    "America/Los_Angeles": "pacific|us pacific|los angeles|san francisco",
    "America/Sao_Paulo": "brasilia|brasília|brazilian|são paulo",
}
PLACES = {word: zone for zone, words in _PLACES.items() for word in words.split("|")}
# minutes from UTC, each that the name has somewhere
MINUTES = {
    "ZULU": (0,), "IST": (60, 120, 330), "CST": (-360, -300, 480), "BST": (60, 360),
    "AST": (-240, 180), "ADT": (-180, 240), "GST": (-120, 240), "ECT": (-300, -240, 60),
    "SST": (-660, 480), "AMT": (-240, 240), "WST": (480, 780),
    "WIB": (420,), "WITA": (480,), "WIT": (540,), "PKT": (300,), "NPT": (345,), "BRT": (-180,),
    "ART": (-180,), "CLT": (-240,), "SAST": (120,), "EAT": (180,), "CAT": (120,), "WAT": (60,),
    "TRT": (180,), "ICT": (420,), "PHT": (480,), "AWST": (480,), "ACST": (570,), "ACDT": (630,),
    "NST": (-210,), "NDT": (-150,), "IDT": (180,), "IRST": (210,), "COT": (-300,), "PET": (-300,),
    "HNE": (-300,), "HAE": (-240,), "MYT": (480,), "BDT": (360,), "MMT": (390,), "UZT": (300,),
}  # fmt: skip
# an abbreviation that looks like a zone's and is none we know
ZONELIKE = re.compile(r"[A-Z]{1,3}[SD]?T", re.ASCII)
NO_ZONES = frozenset(
    {"AT", "IT", "POST", "HOST", "GET", "PUT", "TEST", "CERT", "LIST", "PORT", "NOT", "OUT", "DST",
     "RST", "EXIT", "NAT", "DEST", "HIT", "ACCT", "CONT", "EVNT", "INST", "LAST", "PT", "DT", "BOT",
     "ROOT", "REPT", "FROT", "STAT", "TT", "ET", "CT", "MT", "EXT"}
)  # fmt: skip
US = {"ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver",
      "PT": "America/Los_Angeles"}  # fmt: skip
# where a winter's name of the clock is used, which many write all year; a summer's is meant
REGIONS = {
    "CET": "Europe/Berlin", "MEZ": "Europe/Berlin", "MET": "Europe/Berlin",
    "WET": "Europe/Lisbon", "EET": "Europe/Helsinki", "EST": "America/New_York",
    "MST": "America/Denver", "PST": "America/Los_Angeles", "AEST": "Australia/Sydney",
    "NZST": "Pacific/Auckland",
}  # fmt: skip
# the summer's name of the clock, by the winter's of the same region
SUMMERS = {
    "CEST": "CET", "MESZ": "MEZ", "MEST": "MET", "WEST": "WET", "EEST": "EET", "EDT": "EST",
    "MDT": "MST", "PDT": "PST", "AEDT": "AEST", "NZDT": "NZST",
}  # fmt: skip
