"""What the phones' clients demand of a server, one numbered rule a line. `docs/wire.md` is made from this and from the
marks in the tests: `@pytest.mark.wire("W-1")` on a test says that it fails when the rule is broken.

A rule's number stays its own: new ones are added at the end of their section with the next free number.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """`because`: what a phone does otherwise."""

    number: str
    text: str
    because: str


Section = tuple[str, tuple[Rule, ...]]

SECTIONS: tuple[Section, ...] = (
    ("formList and forms", (
        Rule("W-1", "`/formList` and `/submission` answer below the server's address, whatever slashes stand too many",
             "people type them; the client takes off all of them, or one"),
        Rule("W-2", "no address ever answers with a redirect, a cookie, a CSRF page or HTML",
             "a redirected POST becomes a GET, and HTML is shown as it is"),
        Rule("W-3", "`deviceID=` and anything else in a query changes no answer", "it is added to every request"),
        Rule("W-4", "the request's `Date` is never looked at", "it is written with a 12-hour clock: wrong every afternoon"),
        Rule("W-5", "formList answers exactly 200 to who may have it", "every other status is an error"),
        Rule("W-6", "`X-OpenRosa-Version` stands on formList, manifest, integrity and on every error",
             "\"does not implement the OpenRosa API\""),
        Rule("W-7", "formList, manifest, integrity and errors are `text/xml`, in UTF-8",
             "`application/xml` is refused; the charset is not read"),
        Rule("W-8", "formList: root `xforms`, every element in its namespace", "the list is unreadable"),
        Rule("W-9", "`formID`, `name`, `downloadUrl` are in every item, and no element is ever empty",
             "one missing element refuses the whole list, an empty `hash` crashes"),
        Rule("W-10", "`hash` is `md5:` and the lower-case MD5 of exactly the bytes that `downloadUrl` serves",
             "the form is loaded again at every check, for ever"),
        Rule("W-11", "`formID` and `version` are those inside the XForm", "the form is deleted and loaded every time"),
        Rule("W-12", "no manifest fails while formList answers: what would be missing makes formList an error",
             "a failed manifest counts as none: forms are installed without their lists"),
        Rule("W-13", "never an empty list in doubt: no forms, a wrong key, trouble with the database are errors",
             "an empty list empties the phone"),
        Rule("W-14", "everything fetched has an `ETag` and answers 304 to it", "forms with lists are fetched at every check"),
        Rule("W-15", "answers are compressed when the client asks for it, and the same after unpacking", "slow lines"),
        Rule("W-16", "HEAD is answered wherever GET is, without a body", "clients and proxies ask"),
        Rule("W-17", "an old version of a form stays downloadable", "a phone fetches what a list of yesterday named"),
        Rule("W-18", "a published version never changes", "the same id and version with another hash deletes the form on the phone"),
        Rule("W-19", "a closed form is not offered any more, and its definition stays", "phones hold unsent work of it"),
        Rule("W-82", "in no XML answer is a start tag directly followed by its end tag",
             "kxml2 puts an empty text there; `<entities></entities>` is an error, and with unsent work nothing updates any more"),
    )),
    ("Manifest, files, entity lists", (
        Rule("W-20", "manifest: root `manifest`, every element in its namespace; `filename`, `hash`, `downloadUrl` always there",
             "one missing element refuses the whole manifest"),
        Rule("W-21", "`type=\"entityList\"` stands on entity lists and on nothing else", "a list would be a plain file, or the other way"),
        Rule("W-22", "the hash of a plain file is the lower-case MD5 of its bytes, behind four letters (`md5:`)",
             "four letters are cut off blindly; the file is loaded every time"),
        Rule("W-23", "a list has one name, one address and one hash in all forms; no plain file has the name of a list",
             "it is shared by all forms, loaded once; a plain file of its name wins over it"),
        Rule("W-24", "a list's hash changes when, and only when, that worker's rows change", "stale rows, or loading for nothing"),
        Rule("W-25", "the CSV has `name`, `label`, `__version`, then the properties; no other column begins with `__`",
             "without one of the three the import stops silently"),
        Rule("W-26", "`__version` is a whole number in every row", "an empty one aborts the whole update"),
        Rule("W-27", "texts with commas, quotes, line ends come back as they are; UTF-8", "columns shift"),
        Rule("W-28", "a row whose content changes has a higher version", "a changed row of the same version is ignored"),
        Rule("W-29", "every submission that names an id raises its version, applied or not",
             "a phone whose own row is ahead keeps it for ever"),
        Rule("W-30", "after everything is sent, a phone that updates shows the server's rows and no others",
             "the merge rules of the client, seen from the server"),
        Rule("W-31", "a list holds that worker's rows only, and each id once", "another worker's households would show"),
        Rule("W-32", "a worker without rows to get gets one row that says why", "an empty list explains nothing"),
        Rule("W-33", "integrity: `data/entities/entity@id/deleted`, exactly `true` or `false`", "the update fails at each check"),
        Rule("W-34", "integrity says `true` for what is kept and is no row of that worker's, and is silent on ids unknown",
             "an unknown id may sit in a submission still on the phone"),
        Rule("W-35", "1,500 ids fit into one request line, behind nginx too", "all ids go in one GET, 39 bytes each"),
        Rule("W-36", "`integrityUrl` takes `id=` with escaped commas, in whatever order the query comes", "that is how it is asked"),
    )),
    ("Submissions", (
        Rule("W-37", "HEAD of `/submission`: 204 with `X-OpenRosa-Version`, `X-OpenRosa-Accept-Content-Length`, `Date`; no `Location`",
             "any other 2xx and nothing is sent"),
        Rule("W-38", "HEAD with a wrong key is the refusal itself, never a 2xx and never 401", "the phone would ask for a password"),
        Rule("W-39", "the XML is found by its part's name, whatever its file is called", "the file is called after the form's title"),
        Rule("W-40", "file names are raw UTF-8 and stay as they are, to the letter", "they must equal the names in the XML"),
        Rule("W-41", "102 parts in one POST are taken", "101 files and the XML"),
        Rule("W-42", "pieces of a split make one submission, in any order and however often", "answers get lost between them"),
        Rule("W-43", "`*isIncomplete*` is only a hint", "the last piece has none, and may come first"),
        Rule("W-44", "a single file above the accepted length is taken all the same", "it is sent all the same"),
        Rule("W-45", "what is new is answered 201, never 200 or 204", "200: \"Network login failure?\", and sent again for ever"),
        Rule("W-46", "the same again is 202 and stored once", "it comes again after every lost answer"),
        Rule("W-47", "20 identical POSTs at once are one submission, each answered 201 or 202", "impatient phones"),
        Rule("W-48", "the same id with another text: both are kept, 202", "no record is lost for another's number"),
        Rule("W-49", "the same file name with other bytes: both are kept", "the same"),
        Rule("W-50", "files that the XML does not mention are kept and marked", "every file of the folder is sent"),
        Rule("W-51", "every refusal has an `OpenRosaResponse` with a `message`: one sentence for the person",
             "else \"make sure the form is configured\" or bare codes"),
        Rule("W-52", "a body cut short is never taken for whole, and leaves nothing", "the rest of it would be lost"),
        Rule("W-53", "it is stored before it is answered", "the phone forgets what was answered 201"),
        Rule("W-54", "submissions of a chain come in any order", "a failure does not stop the next"),
        Rule("W-55", "an unknown version of a known form is kept, 202, and taken up when it is published", "phones send for weeks"),
        Rule("W-56", "closed forms still accept", "the same"),
        Rule("W-57", "an edit names the record it replaces, and may come before it", "nothing orders them"),
        Rule("W-58", "the XML is read by local names; `meta` stands in any namespace", "older and hand-made forms use `orx:`"),
        Rule("W-59", "not relevant (absent) and left empty (an empty element) are two things", "that is how both are written"),
        Rule("W-60", "an encrypted submission is kept with its files and put aside, 202", "nothing in it can be read"),
        Rule("W-61", "the answer says the client's own stock sentence, or what the person should know", "it is shown on success too"),
        Rule("W-62", "a broken line, a lost answer, a doubled request: what a phone calls sent is what the server has, byte for byte",
             "the field"),
    )),
    ("Keys and settings", (
        Rule("W-63", "a wrong key in the address is 403 without a challenge", "401 asks for a password"),
        Rule("W-64", "every address in an answer repeats scheme, host and prefix as the client used them",
             "credentials go to no other host"),
        Rule("W-65", "keys reach no log", "they stand in the address"),
        Rule("W-66", "the settings code is base64 of zlib of JSON with `general` and `admin`", "nothing else is accepted"),
        Rule("W-67", "the settings: match exactly, send by itself, locked, sent forms kept", "keys left out go back to their defaults"),
        Rule("W-68", "where no key stands in the address, 401 offers Digest (MD5, qop=auth) first, and Basic after it on TLS only",
             "nothing is sent before a challenge; on http a phone knows no Basic"),
        Rule("W-69", "a digest is good for one address and method, a nonce for minutes; one too old is renewed (`stale=true`)",
             "an overheard request would be good for ever; or its person would be asked again and again"),
        Rule("W-70", "who has logged in goes on without another challenge, at every address that an answer names",
             "credentials are sent ahead from then on"),
    )),
    ("Entities", (
        Rule("W-71", "every form is of specification 2024.1.0 with one entity", "KoboCollect refuses to open any newer one"),
        Rule("W-72", "every list that a form creates into is attached to a form", "what is made offline would be invisible"),
        Rule("W-73", "`create` and `update` are on when `1` or `true`", "a calculated one is written as 1"),
        Rule("W-74", "a branch (create, then updates on it) may arrive in any order, and nothing is held back",
             "baseVersion, trunkVersion, branchId say what was built on what"),
        Rule("W-75", "an edit that repeats its create makes no second household", "the edited XML repeats its entity block"),
    )),
    ("KoBo, and the rest", (
        Rule("W-77", "KoboCollect is answered as Collect is", "it differs by its name only"),
        Rule("W-78", "`/`, `/USERNAME/` and `/collector/TOKEN/` lead to the same forms, lists and submissions as `/key/TOKEN/`",
             "so a KoBo server is set up on phones"),
        Rule("W-79", "without credentials HEAD and POST are 401, never 403, before a byte of the body is read",
             "Digest could not go on"),
        Rule("W-80", "an unknown user or token, or another's name in the address, is an error, never an empty list",
             "an empty list empties the phone"),
        Rule("W-81", "more than 30 MB is refused by its announced length, in words a phone shows", "photos held in memory"),
        Rule("W-83", "a text that says two names (instanceID, deprecatedID), wherever, is refused; kept, read and filed under one",
             "no client writes two; who does wants one to be checked and the other to be filed"),
    )),
)  # fmt: skip

RULES = {rule.number: rule for _, rules in SECTIONS for rule in rules}
