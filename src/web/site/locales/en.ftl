# What the pages say in English. A message that is missing here fails a test.

thousands = ,
colon = :
day = { $d } { $month } { $y }
short-day = { $d } { $short } { $y }
week-day = { $weekday } { $day }
month = { $month } { $y }
short-month = { $short } { $y }
moment = { $day }, { $time } UTC
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
short-month-1 = Jan
short-month-2 = Feb
short-month-3 = Mar
short-month-4 = Apr
short-month-5 = May
short-month-6 = Jun
short-month-7 = Jul
short-month-8 = Aug
short-month-9 = Sep
short-month-10 = Oct
short-month-11 = Nov
short-month-12 = Dec
weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday

# The frame of every page.
skip = Skip to the text
navigation = Sections
nav-changes = Changes
nav-services = Services
nav-terms-types = Terms types
nav-subscribe = Subscribe
nav-status = Status
nav-about = About
languages = Languages
search-label = Search all versions
search-placeholder = Search all versions
search-button = Search
crumbs = Where you are
colophon = Tracked by fineprint, free software under the EUPL 1.2. Everything here can be checked against a public git history.
colophon-api = Data for programs

# Counts.
services-count = { $n ->
    [one] { $count } service
   *[other] { $count } services
 }
terms-count = { $n ->
    [one] { $count } terms
   *[other] { $count } terms
 }
counting-changes = { $n ->
    [0] no change that counts
    [one] { $count } change that counts
   *[other] { $count } changes that count
 }

# Kinds of change: a word for the label, and what it means.
kind-first = First
kind-substantive = Wording
kind-editorial = Editing
kind-links = Links
kind-formatting = Layout
kind-boilerplate = Surroundings
kind-dates-numbers = Figures
kind-reorder = Order
kind-outage = Not readable
kind-recovery = Readable again
kind-blink = Back and forth
kind-real-revert = Taken back
kind-technical-upgrade = Re-extracted
kind-unknown = Change
meaning-first = the first text we have
meaning-substantive = the terms say something else
meaning-editorial = other words to the same effect
meaning-links = only targets of links
meaning-formatting = only layout
meaning-boilerplate = only what stands around the terms
meaning-dates-numbers = dates, numbers or amounts
meaning-reorder = the same words in another order
meaning-outage = an error page, a sign-in page or a part
meaning-recovery = the terms are there again
meaning-blink = back to an earlier text, by accident
meaning-real-revert = the provider took a change back
meaning-technical-upgrade = our way of reading changed, not the terms

# Home and changes.
changes-title = What changed
changes-lead = Terms of { $services }, { $terms } in all, read since { $since }. Here are the changes that count;
changes-lead-empty = Nothing has been recorded yet.
others = { $n ->
    [0] nothing else was recorded.
    [one] { $count } other does not count: an earlier text that came back, a text that could not be read, links, layout or order.
   *[other] { $count } others do not count: earlier texts that came back, texts that could not be read, links, layout or order.
 }
changes-all-title = Changes
changes-all-lead = Everything that was recorded, by day. What does not count, such as links, layout or a text that came back, is folded unless you ask for it.
changes-none = No change fits.
read-change = Read the change
read-text = Read the text
folded = { $n ->
    [one] { $count } change that does not count
   *[other] { $count } changes that do not count
 }
older = Older changes
newer = Newer changes
changes-follow = Follow these changes:
filters = Filters
filter-service = Service
filter-type = Terms type
filter-kind = Kind
filter-since = Since
filter-until = Until
filter-any = any
filter-significant = Only changes that count
filter-apply = Show
plot-title = Changes per month
plot-counts = that count
plot-others = everything else
plot-words = From { $from } to { $to }: { $counts }, { $all } in all.
tracking-title = Tracking
tracking-all-read = All { $terms } could be read when last tried.
tracking-no-ledger = No checks have been recorded yet.
follow-title = Follow
follow-build = build a feed

# Services and terms types.
services-title = Services
services-lead = Tracked here: { $services }, with { $terms }.
filter-as-you-type = Filter
column-service = Service
column-terms = Terms
column-last-change = Last change that counts
column-last-version = Last version
column-changes = Changes that count
not-declared = no longer tracked
never = none yet
service-lead = { $terms } tracked, { $changes } since { $since }.
service-terms = Terms
service-timelines = On one time axis
service-changes = Latest changes
service-declaration = Declaration
service-declaration-lead = What is tracked, and which part of each page counts, as the collection declares it.
types-title = Terms types
types-lead = The same kind of text across services.
type-lead = This terms of { $services }, side by side on time.

# A terms, and its versions.
terms-lead = { $changes } in { $months }. Last version of { $last }.
months-count = { $n ->
    [one] { $count } month
   *[other] { $count } months
 }
timeline-words = Versions of { $it } on a time axis. The same are listed under “What changed”.
text-of = Text of { $it }
what-changed = What changed
on-a-date = What applied on
on-a-date-button = Show
cite = Cite
download = Download
follow = Follow
contents = Contents
whole-text = Read the whole text
version-title = { $terms }, text of { $date }
version-older = This is not the latest text.
version-outage = This was judged to be no terms: an error page, a sign-in page or a part of the text. What applied then is more likely in another version.
version-latest = Read the latest
version-change = What changed with it
version-next = The next version
version-previous = The version before
part-of = Part { $n } of { $of }
part-previous = Previous part
part-next = Next part
part-whole = Whole text, to print or keep
evidence = Evidence
evidence-read = Read
evidence-from = From
evidence-commit = Commit
evidence-snapshot = Page as fetched
evidence-signature = Signature
signature-ssh = SSH key
signature-openpgp = OpenPGP key
signature-other = key of another kind
signature-good = Good, { $it }
signature-bad = Does not hold, { $it }
signature-unchecked = { $it }; not checked here
evidence-engine = Recorded by
evidence-kind = Kind
download-markdown = Markdown
download-html = HTML
download-snapshot = page as fetched
cite-title = Cite this version
cite-text = Text
cite-sentence = { $service }, “{ $type }”, text of { $date }, as recorded by { $collection } (version { $id }), { $url }.
passage-link = Link to this passage
applied-none = No text was recorded by { $it }.
gap = not readable, { $days }
days-count = { $n ->
    [one] { $count } day
   *[other] { $count } days
 }

# A change.
change-title = Change of { $date }
change-between = from { $from } to { $to }
change-became = “{ $old }” became “{ $new }”
change-added = “{ $new }” was added
change-removed = “{ $old }” was removed
change-none = The two texts are equal.
change-only-markup = Nothing that is read as words differs.
view-inline = Inline
view-sides = Side by side
view-links-on = Show { $count } link changes
view-links-off = Hide link changes
view-whole = Whole text
view-changes = Changes only
next-change = next change
previous-change = previous change
why-title = Why it counts
why-not-title = Why it does not count
share-title = Share
share-link = Link to this change
text-before = Text before
text-after = text after
page-before = Page as fetched before
page-after = after
in-section = in “{ $it }”
fold-kept = { $n ->
    [one] { $count } unchanged paragraph
   *[other] { $count } unchanged paragraphs
 }
block-moved = Moved here from “{ $it }”
block-moved-plain = Moved here
block-moved-away = Moved to “{ $it }”
block-moved-away-plain = Moved elsewhere
link-changed = Link “{ $label }”: { $old } → { $new }
coarse-tooLarge = The texts are very long: whole paragraphs are compared, not words.
coarse-tooDifferent = The texts share next to nothing: whole paragraphs are compared, not words.
coarse-outOfTime = Comparing took too long: some paragraphs are compared as a whole.
minimap = Where in the text the changes are
changed-paragraphs = { $n ->
    [one] { $count } paragraph changed
   *[other] { $count } paragraphs changed
 }
added-paragraphs = { $count } added
removed-paragraphs = { $count } removed
moved-paragraphs = { $count } moved
changed-links = { $n ->
    [one] { $count } link
   *[other] { $count } links
 }

# Search.
search-title = Search
search-lead = Every paragraph of every version, each once, with when it was first and last seen.
search-results = { $n ->
    [0] Nothing was found for “{ $q }”.
    [one] { $count } passage for “{ $q }”
   *[other] { $count } passages for “{ $q }”
 }
search-building = The full text is still being prepared: { $it } are ready. What is found may be incomplete.
search-not-understood = This search cannot be understood: { $it }
search-first-seen = first seen { $it }
search-last-seen = last seen { $it }
search-still-there = still there
search-missing = { $n ->
    [one] missing once in between
   *[other] missing { $count } times in between
 }
search-more = More passages
search-help = Put phrases into quotes; a minus before a word leaves passages with it out; a star after a beginning stands for any ending.

# Subscribe.
subscribe-title = Subscribe
subscribe-lead = Choose what you want to hear of. A feed reader, a mail client or a newsroom tool can follow the addresses below.
subscribe-kinds = Kinds of change
subscribe-words = Only changes that contain
subscribe-significant = Only changes that count
subscribe-which = Which changes
subscribe-build = Build the feed
subscribe-addresses = Addresses
subscribe-preview = What this feed would have carried
subscribe-services = Services
subscribe-types = Terms types
subscribe-all = All changes
subscribe-by-weight = whichever count
subscribe-refused = There is no such feed: { $it }
subscribe-would-have = { $n ->
    [0] Nothing in the last { $back }.
    [one] One change in the last { $back }.
   *[other] { $count } changes in the last { $back }; the latest of them:
 }
filter-all = all
types-count = { $n ->
    [one] { $count } type
   *[other] { $count } types
 }
subscribe-opml = All feeds as OPML

# Status.
status-title = Status
status-lead = When each terms was last checked, and what stands in the way where it could not be read.
status-none = No checks have been recorded yet: they begin with the next run.
status-ok = read
status-failing = failing since { $it }
status-held = held since { $it }
status-rejected = held since { $it }, and said not to be the terms
status-faulty = not tracked: its declaration cannot be read
status-never = never checked
status-last-check = Last check
status-state = State
status-reason = Why

# Feeds.
feed-of = { $collection }: { $of }
feed-all = changes
feed-title = { $service }: { $terms } { $what }
feed-join = {"; "}
feed-first = first recorded
feed-changed = changed
feed-upgraded = extracted anew
feed-no-longer-tracked = no longer tracked
feed-no-longer-tracked-text = From here on nobody looks at these terms: that no change is told does not mean that there is none.
feed-service-removed = Nothing of this service is declared any more.
feed-terms-removed = These terms are not declared any more.
feed-ran-out = They were declared until { $until }.
feed-unreadable = They could not be read since { $since }: { $why }.
feed-tracked-again = tracked again
feed-tracked-again-text = These terms are looked at again; what changed meanwhile is in the next version.
feed-words-inserted = { $n ->
    [one] { $count } word inserted
   *[other] { $count } words inserted
 }
feed-words-deleted = { $n ->
    [one] { $count } word deleted
   *[other] { $count } words deleted
 }
feed-version = the version
feed-snapshot = what was fetched
feed-snapshot-before = what was fetched before
feed-more = There is more than is shown here.
feed-markup-only = Only white space or markup differs.
feed-moved-here = moved here:

# About.
about-title = About
about-collection = This collection
about-how = How it works
about-how-text = A program reads each page several times a day, keeps it as it was fetched, takes the terms out of it and compares them with the last version. Each step is a record in a public git history, so that anybody can check it.
about-counts = What counts as a change
about-counts-text = Most of what alters on such pages says nothing: links, layout, an error for an hour. Each change is told its kind by fixed rules that give their reasons; nothing is ever removed. Kinds can be corrected by a person.
about-cite = How to cite
about-cite-text = Every version, change and passage has an address that stays. “Cite” beside a text gives a reference as text, BibTeX or CSL-JSON. The sign ¶ beside a passage is a link to it; once that is followed, the reference leads to the passage.
about-data = Data and licences
about-data-text = The texts belong to the services that published them. What this collection tells of them (which text stood when, what changed and of which kind) may be used under the Open Database License (ODbL 1.0), as its datasets say. The software is free, under the EUPL 1.2, and easy to host.
about-api = Programs can read everything here, too:
about-languages = Languages
about-jurisdictions = Jurisdictions
about-people = Run by
about-places = Kept at
about-declarations = declarations
about-versions = versions
about-snapshots = snapshots
about-dataset = dataset
about-shapes = What the signs mean

# What a copy of the site as plain files says of itself.
copy-note = This is a copy of the site as of { $it }. What needs a server is not in it: searching every version, filters, feeds of one's own choice, comparing any two versions, and the interface for programs.
copy-form = This is a copy without a server, which would be needed to choose here.
copy-search-lead = This copy has no server that could search every version. Here are all terms, and the latest changes with the words that changed.
copy-search-filter = Words to find
copy-column-words = What changed
copy-column-of = Changes of
copy-subscribe-lead = A feed reader, a mail client or a newsroom tool can follow these addresses. Feeds of chosen kinds of change, or of words, need a server.
copy-subscribe-all = Everything
copy-subscribe-parts = One service, or one type of terms

# Errors.
error-404 = Nothing is here
error-404-text = The address may be mistyped, or what was here has another name now.
error-400 = This cannot be understood
error-500 = This did not work
error-500-text = The archive could not be read. It is not your fault; try again in a moment.
error-home = Go to what changed

# Keys.
keys-title = Keys
keys-text = Single keys work while you read, and do nothing while you type. They can be switched off; this browser remembers it.
keys-on = Single-key shortcuts
print = Print
change-link = Link to change { $it }

# Compare any two versions.
compare-title = Compare two texts
compare-lead = Choose a service and its terms, then two of its versions or two days.
compare-choose = Choose these terms
compare-none-yet = choose…
compare-of = Versions of
compare-versions = Two versions
compare-days = What applied on two days
compare-from = Earlier text
compare-to = Later text
compare-day-from = Earlier day
compare-day-to = Later day
compare-button = Compare
compare-any = Compare any two
compare-none = Nothing is recorded of these terms.
compare-which = A day says nothing without a service and its terms.

# Names that were changed.
formerly = Formerly { $it }.
formerly-until = { $name } until { $date }
former-name = “{ $it }”

# When a terms could not be read.
gap-since = not readable since { $it }
gap-times = not readable from { $from } to { $to }
gap-lasting = not readable since { $it }
gap-why = { $times }: { $why }
gap-untracked = not tracked, { $days }
gap-untracked-times = not tracked from { $from } to { $to }
gap-untracked-since = not tracked since { $it }
legend-gap = not readable
change-before = The change before
change-after = The change after
search-since = In the text on or after
search-until = First seen until
about-host = Host one yourself
about-host-text = One program tracks, keeps and serves a collection; it needs git and nothing else. The first of these commands shows a whole one in a few seconds.
gaps-title = When it could not be read
reading-fine = Last read { $it }, unchanged since.
reading-over = Not tracked any more; last read { $it }.
reading-troubled = Since then: { $state }; last tried { $last }.
advice = What can be done:
health-failing = { $count } failing
health-held = { $count } held
column-health = Health
tracking-all = Status of all
more-troubled = and { $count } more
outages-title = Outages of the last twelve months
outages-lead = Times in which terms could not be read, the latest first.
outages-when = When and why
outages-length = How long
status-caption = Status of every terms
status-excerpt = What the page shows
status-summary = { $n ->
    [0] All { $terms } could be read when last tried.
    [one] Of { $terms }, { $count } needs attention.
   *[other] Of { $terms }, { $count } need attention.
 }
services-before = Services before
services-after = More services
fetched-by-http = by HTTP
fetched-by-browser = in a browser
fetched-in = from { $it }

# A terms by month.
by-month = By month
calendar-words = Versions of { $it } by month
calendar-year = Year
calendar-nothing = { $month }: nothing new
calendar-cell = { $month }: { $counting }, { $others }
calendar-out = not readable for a time
counting-versions = { $n ->
    [0] no new wording
    [one] { $count } new wording
   *[other] { $count } new wordings
 }
other-versions = { $n ->
    [0] nothing else
    [one] { $count } other version
   *[other] { $count } other versions
 }
all-changes = All changes of these terms
timeline-row = { $name }: { $changes }; last version of { $last }
timeline-strokes = Long strokes are changes that count, short ones all others; the names lead to the terms.

# Ways on from where nothing is.
error-language = Not in this language
error-language-text = These pages are written in the languages below.
error-ways = Perhaps you are looking for
error-services = All services

# Why a text is held; as the gate tells it.
gate-bot-check = a bot check ({ $b }): “{ $a }”
gate-not-found = a page that says it is not there ({ $b }): “{ $a }”
gate-unavailable = a page that says it cannot be shown ({ $b }): “{ $a }”
gate-sign-in = a page that asks to sign in ({ $b }): “{ $a }”
gate-consent = a page that asks for consent first ({ $b }): “{ $a }”
gate-astray = the address leads to { $a }
gate-emptied = only { $a } characters are left of { $b }
gate-remnant = { $a } characters are left of { $b }
gate-short = only { $a } characters
gate-collapsed = { $a } characters, { $c } % of the usual { $b }
gate-blown-up = { $a } characters, { $c } % of the usual { $b }
gate-other-language = in { $a } instead of { $b }

# Why a terms fails, and what a person can do about it.
failure-blocked = the server refuses the request
advice-blocked = try again later, or from another address; perhaps set `executeClientScripts` to true
failure-bot-check = a service that keeps robots out stands before the page
advice-bot-check = set `executeClientScripts` to true; if it stays, ask the service to let fineprint in
failure-sign-in-wall = the page is shown to people who signed in only
advice-sign-in-wall = look for a public address of the same text
failure-rate-limited = the server asks for fewer requests, or later ones
advice-rate-limited = raise `fetcher.hostDelay`, or track this service less often
failure-robots = the site's robots.txt asks robots not to fetch this page, and `fetcher.robots` is `obey`
advice-robots = ask the service, or set `fetcher.robots` to `report`
failure-withheld = the page is withheld for legal reasons, often by country
advice-withheld = fetch from an address in another country
failure-not-found = there is no such page
advice-not-found = look for the document's new address, and declare it
failure-gone = the page was taken away for good
advice-gone = look for the document's new address, or end the tracking of this terms
failure-server-error = the server failed
advice-server-error = wait; if it lasts for days, look whether the service still exists
failure-unexpected-status = the server answered with a status that no document comes with
advice-unexpected-status = open the address in a browser, and see where it leads
failure-timed-out = the answer did not come, or not to its end, in time
advice-timed-out = wait; if it lasts, raise `fetcher.navigationTimeout`
failure-name-unknown = the host name does not exist
advice-name-unknown = check the spelling of the host name, and whether the service still exists
failure-name-service = the name service did not answer
advice-name-service = check the network of this machine
failure-proxy = the proxy that the environment names did not pass the request on
advice-proxy = check `HTTP_PROXY` and `HTTPS_PROXY`: the address, the user and the password in it
failure-refused = nothing listens at this address
advice-refused = wait; if it lasts, look whether the service still exists
failure-unreachable = no way leads to this address
advice-unreachable = check the network of this machine
failure-connection-lost = the connection ended before the answer did
advice-connection-lost = wait; if it lasts, the service may refuse robots this way: set `executeClientScripts` to true
failure-certificate = the server could not prove that it is the one asked for
advice-certificate = wait until the service renews its certificate, or check the host name
failure-redirect-loop = redirects lead on and on
advice-redirect-loop = open the address in a browser, and declare the one it ends at
failure-private-address = the address, or one it leads to, is not on the public internet
advice-private-address = set `fetcher.allowPrivateAddresses` to true if this collection tracks your own network
failure-leaves-the-web = a redirect leads to something else than a web page
advice-leaves-the-web = declare the address of the page itself
failure-too-large = the answer is larger than any terms
advice-too-large = declare the address of the text itself, or raise `fetcher.maxMegabytes`
failure-empty = the server sent nothing
advice-empty = set `executeClientScripts` to true, or look for the document's new address
failure-not-text = what came is neither text nor a PDF file
advice-not-text = declare the address of the text itself
failure-not-understood = the answer is not what HTTP allows
advice-not-understood = open the address in a browser; tell us if it shows there
failure-no-browser = the page needs a browser, and none is installed
advice-no-browser = install Chromium (`apt-get install chromium`); `fineprint doctor` tells what is found
failure-browser-failed = the browser broke down over this page
advice-browser-failed = run `fineprint doctor`; if other pages work, set `executeClientScripts` to false
failure-extraction-no-match = a selector matches nothing
advice-extraction-no-match = correct the selector; if it matched before, the page changed: the recorded snapshot shows how
failure-extraction-empty-match = a selector matches empty content
advice-extraction-empty-match = the page may need a browser: declare `executeClientScripts`
failure-extraction-selector = a selector is not valid
advice-extraction-selector = correct the selector in the declaration
failure-extraction-filter = a filter failed
advice-extraction-filter = correct the filter, or drop it from the declaration
failure-extraction-unreadable-pdf = a PDF file cannot be read
advice-extraction-unreadable-pdf = look at the recorded snapshot, and for another address of the text
failure-extraction-empty-pdf = a PDF file holds no text
advice-extraction-empty-pdf = ask the service for a file whose text can be selected
failure-extraction-too-large = the page asks for more work than is allowed
advice-extraction-too-large = declare selectors that match the terms alone
failure-unrecordable = the archive cannot hold a record of it
advice-unrecordable = run `fineprint doctor`, and look into the log
failure-no-snapshot = no page of it has been recorded yet
advice-no-snapshot = wait for the next run

# Names of languages.
language-esperanto = Esperanto
language-english = English
language-russian = Russian
language-mandarin = Mandarin
language-spanish = Spanish
language-portuguese = Portuguese
language-italian = Italian
language-bengali = Bengali
language-french = French
language-german = German
language-ukrainian = Ukrainian
language-georgian = Georgian
language-arabic = Arabic
language-hindi = Hindi
language-japanese = Japanese
language-hebrew = Hebrew
language-yiddish = Yiddish
language-polish = Polish
language-amharic = Amharic
language-javanese = Javanese
language-korean = Korean
language-bokmal = Bokmal
language-danish = Danish
language-swedish = Swedish
language-finnish = Finnish
language-turkish = Turkish
language-dutch = Dutch
language-hungarian = Hungarian
language-czech = Czech
language-greek = Greek
language-bulgarian = Bulgarian
language-belarusian = Belarusian
language-marathi = Marathi
language-kannada = Kannada
language-romanian = Romanian
language-slovene = Slovene
language-croatian = Croatian
language-serbian = Serbian
language-macedonian = Macedonian
language-lithuanian = Lithuanian
language-latvian = Latvian
language-estonian = Estonian
language-tamil = Tamil
language-vietnamese = Vietnamese
language-urdu = Urdu
language-thai = Thai
language-gujarati = Gujarati
language-uzbek = Uzbek
language-punjabi = Punjabi
language-azerbaijani = Azerbaijani
language-indonesian = Indonesian
language-telugu = Telugu
language-persian = Persian
language-malayalam = Malayalam
language-oriya = Oriya
language-burmese = Burmese
language-nepali = Nepali
language-sinhalese = Sinhalese
language-khmer = Khmer
language-turkmen = Turkmen
language-akan = Akan
language-zulu = Zulu
language-shona = Shona
language-afrikaans = Afrikaans
language-latin = Latin
language-slovak = Slovak
language-catalan = Catalan
language-tagalog = Tagalog
language-armenian = Armenian
language-welsh = Welsh
